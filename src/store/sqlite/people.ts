import { asc, eq, inArray, or, sql } from "drizzle-orm";

import type { OpenedSqlite, SqliteDb } from "../open.ts";
import type { PeopleStore, PersonExport } from "../people-port.ts";
import { personExport } from "../person-export.ts";
import type { Person } from "../person.ts";
import {
  audit,
  calls,
  customers,
  escalations,
  feedback,
  inbox,
  messages,
  outbox,
  ratings,
  ticketEvents,
  tickets,
  turns,
  verifications,
} from "../schema.ts";
import { eraseRows } from "./erase.ts";
import { findPerson, inParts } from "./person.ts";
import { redactTraces } from "./redact.ts";

/** One person's data in SQLite. */
export function sqlitePeople({ db, connection }: OpenedSqlite): PeopleStore {
  return {
    async exportPerson(who) {
      return db.transaction((tx) => {
        const person = findPerson(tx, who);
        return person && exportOf(tx, person);
      });
    },

    async erasePerson(who, now) {
      connection.pragma("secure_delete = ON");
      const erased = db.transaction(
        (tx) => {
          const person = findPerson(tx, who);
          if (!person) return null;
          const counts = eraseRows(tx, person, now);
          redactTraces(connection, person);
          return counts;
        },
        { behavior: "immediate" },
      );
      if (erased === null) return null;
      // What was deleted before stands in free pages still, and what was written just now in the journal.
      connection.exec("vacuum");
      connection.pragma("wal_checkpoint(TRUNCATE)");
      return erased;
    },
  };
}

type Reader = Parameters<Parameters<SqliteDb["transaction"]>[0]>[0];

function exportOf(db: Reader, person: Person): PersonExport {
  const id = person.customerId ?? -1;
  const own = person.conversations.map((conversation) => conversation.id);
  const userIds = person.accounts.map(({ userId }) => userId);
  return personExport(person, {
    since: db.select().from(customers).where(eq(customers.id, id)).get()?.createdAt ?? null,
    messages: inParts(own, (ids) =>
      db.select().from(messages).where(inArray(messages.conversationId, ids)).orderBy(asc(messages.id)).all(),
    ),
    turns: db.select().from(turns).where(eq(turns.customerId, id)).orderBy(asc(turns.startedAt)).all(),
    tickets: inParts(person.tickets, (part) =>
      db.select().from(tickets).where(inArray(tickets.ticket, part)).all(),
    ),
    ticketEvents: inParts(person.tickets, (part) =>
      db
        .select()
        .from(ticketEvents)
        .where(inArray(ticketEvents.ticket, part))
        .orderBy(asc(ticketEvents.id))
        .all(),
    ),
    escalations: db
      .select()
      .from(escalations)
      .where(eq(escalations.customerId, id))
      .orderBy(asc(escalations.createdAt))
      .all(),
    ratings: inParts(own, (ids) =>
      db.select().from(ratings).where(inArray(ratings.conversationId, ids)).all(),
    ),
    feedback: inParts(userIds, (ids) =>
      db.select().from(feedback).where(inArray(feedback.userId, ids)).all(),
    ),
    verifications: db
      .select()
      .from(verifications)
      .where(or(eq(verifications.email, person.email ?? ""), inArray(verifications.userId, userIds)))
      .orderBy(asc(verifications.id))
      .all(),
    events: inParts([...person.seqs], (seqs) =>
      db.select().from(inbox).where(inArray(inbox.seq, seqs)).orderBy(asc(inbox.seq)).all(),
    ),
    deliveries: inParts(person.deliveries, (ids) =>
      db.select().from(outbox).where(inArray(outbox.id, ids)).orderBy(asc(outbox.seq)).all(),
    ),
    audit: db.select().from(audit).where(eq(audit.customerId, id)).orderBy(asc(audit.id)).all(),
    costMicros:
      db
        .select({ sum: sql<number>`coalesce(sum(${calls.micros}), 0)` })
        .from(calls)
        .where(eq(calls.customerId, id))
        .get()?.sum ?? 0,
  });
}
