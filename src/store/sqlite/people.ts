import { and, asc, eq, inArray, or, sql } from "drizzle-orm";

import type { OpenedSqlite, SqliteDb } from "../open.ts";
import type { PeopleStore, PersonExport } from "../people-port.ts";
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
import { findPerson, inParts, type Person } from "./person.ts";
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
  const { customerId, email, accounts, conversations: own } = person;
  const id = customerId ?? -1;
  const conversationIds = own.map((conversation) => conversation.id);
  const first = db.select().from(customers).where(eq(customers.id, id)).get();
  const userIds = accounts.map(({ userId }) => userId);
  return {
    email,
    since: when(first?.createdAt ?? 0),
    accounts: accounts.map(({ adapter, userId, name, method, verifiedAt }) => ({
      platform: adapter,
      id: userId,
      name,
      verifiedBy: method,
      verifiedAt: whenever(verifiedAt),
    })),
    conversations: conversationsOf(db, person),
    turns: db
      .select()
      .from(turns)
      .where(eq(turns.customerId, id))
      .orderBy(asc(turns.startedAt))
      .all()
      .map(({ startedAt, question, intent, outcome, detail, articleIds, story }) => ({
        at: when(startedAt),
        question,
        intent,
        outcome,
        detail,
        articles: articleIds,
        story,
      })),
    tickets: ticketsOf(db, person.tickets),
    escalations: db
      .select()
      .from(escalations)
      .where(eq(escalations.customerId, id))
      .orderBy(asc(escalations.createdAt))
      .all()
      .map(({ id: escalation, reason, summary, status, createdAt, closedAt, closedNote }) => ({
        id: escalation,
        reason,
        summary,
        status,
        createdAt: when(createdAt),
        closedAt: whenever(closedAt),
        closedNote,
      })),
    ratings: inParts(conversationIds, (ids) =>
      db.select().from(ratings).where(inArray(ratings.conversationId, ids)).all(),
    ).map(({ at, score, comment }) => ({ at: when(at), score, comment })),
    feedback: inParts(userIds, (ids) => db.select().from(feedback).where(inArray(feedback.userId, ids)).all())
      .filter(({ adapter, userId }) => isAccount(person, adapter, userId))
      .map(({ at, answer, helpful }) => ({ at: when(at), answer, helpful })),
    verifications: db
      .select()
      .from(verifications)
      .where(or(eq(verifications.email, email ?? ""), inArray(verifications.userId, [...userIds, ""])))
      .orderBy(asc(verifications.id))
      .all()
      .filter((row) => row.email === email || isAccount(person, row.adapter, row.userId))
      .map((row) => ({ at: when(row.createdAt), email: row.email, used: row.usedBy !== null })),
    events: inParts([...person.seqs], (seqs) =>
      db.select().from(inbox).where(inArray(inbox.seq, seqs)).orderBy(asc(inbox.seq)).all(),
    ).map(({ receivedAt, state, event }) => ({ at: when(receivedAt), state, event })),
    deliveries: inParts(person.deliveries, (ids) =>
      db.select().from(outbox).where(inArray(outbox.id, ids)).orderBy(asc(outbox.seq)).all(),
    ).map(({ createdAt, toAdapter, state, content }) => ({
      at: when(createdAt),
      to: toAdapter,
      state,
      content,
    })),
    audit: db
      .select()
      .from(audit)
      .where(eq(audit.customerId, id))
      .orderBy(asc(audit.id))
      .all()
      .map(({ at, kind, detail }) => ({ at: when(at), kind, detail })),
    costMicros:
      db
        .select({ sum: sql<number>`coalesce(sum(${calls.micros}), 0)` })
        .from(calls)
        .where(eq(calls.customerId, id))
        .get()?.sum ?? 0,
  };
}

/** What they said, and what was said to them; other members' words are not theirs to have, nor are notes of staff. */
function conversationsOf(db: Reader, { conversations: own }: Person): PersonExport["conversations"] {
  return own.map(({ id, adapter, visibility, link, createdAt, ownerId }) => ({
    id,
    platform: adapter,
    visibility,
    link,
    startedAt: when(createdAt),
    messages: db
      .select()
      .from(messages)
      .where(
        and(eq(messages.conversationId, id), inArray(messages.role, ["customer", "ai", "system", "staff"])),
      )
      .orderBy(asc(messages.id))
      .all()
      .filter(({ recipientId }) => recipientId === null || recipientId === ownerId)
      .map((message) => ({
        at: when(message.createdAt),
        by:
          message.role === "ai" || message.role === "system" || message.role === "staff"
            ? message.role
            : "you",
        name: message.authorName,
        text: message.text,
        ...(message.deletedAt !== null && { deleted: true as const }),
      })),
  }));
}

function ticketsOf(db: Reader, numbers: readonly string[]): PersonExport["tickets"] {
  return inParts(numbers, (part) => db.select().from(tickets).where(inArray(tickets.ticket, part)).all()).map(
    ({ ticket, status, subject, description, createdAt }) => ({
      ticket,
      status,
      subject,
      description,
      createdAt: when(createdAt),
      history: db
        .select()
        .from(ticketEvents)
        .where(eq(ticketEvents.ticket, ticket))
        .orderBy(asc(ticketEvents.id))
        .all()
        .map(({ at, kind, detail }) => ({ at: when(at), kind, detail })),
    }),
  );
}

function isAccount({ accounts }: Person, adapter: string, userId: string): boolean {
  return accounts.some((account) => account.adapter === adapter && account.userId === userId);
}

function when(time: number): string {
  return new Date(time).toISOString();
}

function whenever(time: number | null): string | null {
  return time === null ? null : when(time);
}
