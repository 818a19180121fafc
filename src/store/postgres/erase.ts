import { and, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";

import { talkLane } from "../../lanes.ts";
import type { Erased } from "../people-port.ts";
import type { Person } from "../person.ts";
import { emptied, erasedDetail, GONE } from "../redaction.ts";
import {
  audit,
  conversations,
  customers,
  escalations,
  feedback,
  identities,
  inbox,
  lanes,
  memory,
  messages,
  outbox,
  ratings,
  ticketEvents,
  tickets,
  timers,
  turns,
  verifications,
} from "../schema-postgres.ts";
import type { Tx } from "./transaction.ts";
import { forgetWake } from "./wake-lane.ts";

/** Takes a person's own rows out of every table, or empties them where something else counts on the row. */
export async function eraseRows(tx: Tx, person: Person, now: number): Promise<Erased> {
  const own = person.conversations.map(({ id }) => id);
  const erased: Erased = {
    messages: await eraseMessages(tx, person),
    events: await eraseEvents(tx, person, now),
    deliveries: await remove(tx, outbox, isAnyText(outbox.id, person.deliveries)),
    turns: await eraseTurns(tx, person),
    tickets: await eraseTickets(tx, person),
    escalations: await eraseEscalations(tx, person, now),
    ratings: await remove(tx, ratings, inArray(ratings.conversationId, own)),
    feedback: await ofAccounts(person, ({ adapter, userId }) =>
      remove(tx, feedback, and(eq(feedback.adapter, adapter), eq(feedback.userId, userId))),
    ),
    verifications: await eraseVerifications(tx, person),
    conversations: await eraseConversations(tx, person),
    accounts: await eraseAccounts(tx, person),
  };
  // Where an adapter had come to with a delivery that is gone.
  const sent = person.deliveries.map((id) => `sent:${id}`);
  await remove(tx, memory, isAnyText(memory.key, sent));
  const { customerId } = person;
  await tx
    .insert(audit)
    .values({ at: now, kind: "customer_erased", customerId, detail: erasedDetail(erased) });
  return erased;
}

/** Their own words wherever they stand, and in their own conversations what was said to them by the AI or by code. */
async function eraseMessages(tx: Tx, person: Person): Promise<number> {
  const byThem = await ofAccounts(person, ({ adapter, userId }) =>
    remove(
      tx,
      messages,
      and(
        sql`(${messages.authorId} = ${userId} or ${messages.recipientId} = ${userId})`,
        inArray(
          messages.conversationId,
          tx.select({ id: conversations.id }).from(conversations).where(eq(conversations.adapter, adapter)),
        ),
      ),
    ),
  );
  const ofTheirTurns = await remove(tx, messages, isAnyText(messages.turnId, [...person.turnIds]));
  let toThem = 0;
  for (const { id, ownerId } of person.conversations) {
    const isSaid = sql`(${messages.authorId} = ${ownerId} or (${messages.role} in ('ai', 'system') and ${isNull(messages.turnId)}))`;
    toThem += await remove(tx, messages, and(eq(messages.conversationId, id), isSaid));
  }
  return byThem + ofTheirTurns + toThem;
}

async function eraseEvents(tx: Tx, { seqs }: Person, now: number): Promise<number> {
  const rows = await tx
    .select({ seq: inbox.seq, event: inbox.event, lane: inbox.lane, doneAt: inbox.doneAt })
    .from(inbox)
    .where(sql`${inbox.seq} = any(${sql.param([...seqs])}::bigint[])`);
  for (const { seq, event, doneAt } of rows) {
    await tx
      .update(inbox)
      .set({
        event: emptied(event),
        senderId: GONE,
        lane: GONE,
        state: "done",
        error: null,
        doneAt: doneAt ?? now,
      })
      .where(eq(inbox.seq, seq));
  }
  for (const lane of new Set(rows.map((row) => row.lane))) await closeLane(tx, lane);
  return rows.length;
}

/** A lane is named after its place; where others' events wait it is still needed. */
async function closeLane(tx: Tx, lane: string): Promise<void> {
  const waiting = tx
    .select({ seq: inbox.seq })
    .from(inbox)
    .where(and(eq(inbox.lane, lane), eq(inbox.state, "pending")));
  await tx.delete(lanes).where(and(eq(lanes.lane, lane), sql`not exists ${waiting}`));
  await forgetWake(tx, lane, sql`not exists ${waiting}`);
}

/** What they asked and what was looked for; that a turn was answered, and how, stays for the report. */
async function eraseTurns(tx: Tx, { turnIds }: Person): Promise<number> {
  const done = await tx
    .update(turns)
    .set({ question: "", detail: null, story: {}, articleIds: [] })
    .where(isAnyText(turns.id, [...turnIds]));
  return done.rowCount ?? 0;
}

async function eraseTickets(tx: Tx, { tickets: numbers }: Person): Promise<number> {
  await tx
    .update(ticketEvents)
    .set({ detail: GONE })
    .where(and(isAnyText(ticketEvents.ticket, numbers), inArray(ticketEvents.kind, ["created", "note"])));
  const done = await tx
    .update(tickets)
    .set({ subject: GONE, description: GONE, email: null })
    .where(isAnyText(tickets.ticket, numbers));
  return done.rowCount ?? 0;
}

/** One that waits is closed: there is nobody left to help. */
async function eraseEscalations(tx: Tx, { escalationIds }: Person, now: number): Promise<number> {
  const isTheirs = isAnyText(escalations.id, [...escalationIds]);
  await tx
    .update(escalations)
    .set({ status: "resolved", closedAt: now })
    .where(and(isTheirs, inArray(escalations.status, ["open", "claimed"])));
  await tx.delete(timers).where(isAnyText(timers.ref, [...escalationIds]));
  const done = await tx
    .update(escalations)
    .set({
      customerName: GONE,
      summary: GONE,
      tried: [],
      nextStep: "",
      evidence: {},
      closedNote: null,
      version: sql`${escalations.version} + 1`,
    })
    .where(isTheirs);
  return done.rowCount ?? 0;
}

async function eraseVerifications(tx: Tx, person: Person): Promise<number> {
  const byAccount = await ofAccounts(person, ({ adapter, userId }) =>
    remove(tx, verifications, and(eq(verifications.adapter, adapter), eq(verifications.userId, userId))),
  );
  const { email } = person;
  return email === null
    ? byAccount
    : byAccount + (await remove(tx, verifications, eq(verifications.email, email)));
}

/** The row stays for the ledger, at no place any more: whoever goes on there begins a conversation of their own. */
async function eraseConversations(tx: Tx, { conversations: own }: Person): Promise<number> {
  for (const { id, adapter, key } of own) {
    await tx
      .update(conversations)
      .set({
        key: `${GONE}${id}`,
        link: null,
        ownerId: GONE,
        holder: "ai",
        ticket: null,
        escalationId: null,
        epoch: sql`${conversations.epoch} + 1`,
      })
      .where(eq(conversations.id, id));
    await tx.delete(timers).where(and(eq(timers.kind, "resolve_quiet"), eq(timers.ref, String(id))));
    await closeLane(tx, talkLane(adapter, key));
  }
  return own.length;
}

async function eraseAccounts(tx: Tx, { customerId, accounts }: Person): Promise<number> {
  if (customerId === null) return 0;
  await tx.delete(identities).where(eq(identities.customerId, customerId));
  await tx.update(customers).set({ email: null }).where(eq(customers.id, customerId));
  return accounts.length;
}

async function ofAccounts(
  { accounts }: Person,
  run: (account: Person["accounts"][number]) => Promise<number>,
): Promise<number> {
  let sum = 0;
  for (const account of accounts) sum += await run(account);
  return sum;
}

async function remove(tx: Tx, table: PgTable, which: SQL | undefined): Promise<number> {
  return (await tx.delete(table).where(which)).rowCount ?? 0;
}

/** One parameter, however many there are. */
function isAnyText(column: SQL.Aliased | Parameters<typeof eq>[0], values: readonly string[]): SQL {
  return sql`${column} = any(${sql.param(values)}::text[])`;
}
