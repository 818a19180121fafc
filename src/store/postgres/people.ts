import { asc, eq, inArray, or, sql } from "drizzle-orm";

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
} from "../schema-postgres.ts";
import { eraseRows } from "./erase.ts";
import type { PostgresDb } from "./open.ts";
import { findPerson } from "./person.ts";
import { redactTraces } from "./redact.ts";
import { first, inTransaction, lockAccounts, readAtOnce, type Tx } from "./transaction.ts";

/** One person's data in PostgreSQL. */
export function postgresPeople(db: PostgresDb): PeopleStore {
  return {
    async exportPerson(who) {
      return readAtOnce(db, async (tx) => {
        const person = await findPerson(tx, who);
        return person && exportOf(tx, person);
      });
    },

    async erasePerson(who, now) {
      const erased = await inTransaction(db, async (tx) => {
        await lockAccounts(tx);
        const person = await findPerson(tx, who);
        if (!person) return null;
        const counts = await eraseRows(tx, person, now);
        await redactTraces(tx, person);
        return counts;
      });
      // What was deleted stays in the tables' files until its room is given to others. It still is in the server's own
      // journal (WAL) and in backups, which go by the operator's rules: see README.
      if (erased !== null) await db.execute(sql`vacuum`);
      return erased;
    },
  };
}

async function exportOf(tx: Tx, person: Person): Promise<PersonExport> {
  const id = person.customerId ?? -1;
  const own = person.conversations.map((conversation) => conversation.id);
  const userIds = person.accounts.map(({ userId }) => userId);
  const customer = await first(tx.select().from(customers).where(eq(customers.id, id)));
  const cost = await first(
    tx
      .select({ sum: sql`coalesce(sum(${calls.micros}), 0)`.mapWith(Number) })
      .from(calls)
      .where(eq(calls.customerId, id)),
  );
  return personExport(person, {
    since: customer?.createdAt ?? null,
    messages: await tx
      .select()
      .from(messages)
      .where(inArray(messages.conversationId, own))
      .orderBy(asc(messages.id)),
    turns: await tx.select().from(turns).where(eq(turns.customerId, id)).orderBy(asc(turns.startedAt)),
    tickets: await tx
      .select()
      .from(tickets)
      .where(inArray(tickets.ticket, [...person.tickets]))
      .orderBy(tickets.ticket),
    ticketEvents: await tx
      .select()
      .from(ticketEvents)
      .where(inArray(ticketEvents.ticket, [...person.tickets]))
      .orderBy(asc(ticketEvents.id)),
    escalations: await tx
      .select()
      .from(escalations)
      .where(eq(escalations.customerId, id))
      .orderBy(asc(escalations.createdAt)),
    ratings: await tx.select().from(ratings).where(inArray(ratings.conversationId, own)).orderBy(ratings.id),
    feedback: await tx.select().from(feedback).where(inArray(feedback.userId, userIds)).orderBy(feedback.at),
    verifications: await tx
      .select()
      .from(verifications)
      .where(or(eq(verifications.email, person.email ?? ""), inArray(verifications.userId, userIds)))
      .orderBy(asc(verifications.id)),
    events: await tx
      .select()
      .from(inbox)
      .where(sql`${inbox.seq} = any(${sql.param([...person.seqs])}::bigint[])`)
      .orderBy(asc(inbox.seq)),
    deliveries: await tx
      .select()
      .from(outbox)
      .where(sql`${outbox.id} = any(${sql.param(person.deliveries)}::text[])`)
      .orderBy(asc(outbox.seq)),
    audit: await tx.select().from(audit).where(eq(audit.customerId, id)).orderBy(asc(audit.id)),
    costMicros: cost?.sum ?? 0,
  });
}
