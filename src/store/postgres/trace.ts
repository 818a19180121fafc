import { and, asc, eq, inArray, or, sql } from "drizzle-orm";

import { talkLane } from "../../lanes.ts";
import { toEscalation, toMessage, toTicket } from "../rows.ts";
import {
  audit,
  calls,
  conversations,
  customers,
  escalations,
  identities,
  inbox,
  messages,
  outbox,
  ticketEvents,
  tickets,
  turns,
} from "../schema-postgres.ts";
import type {
  Traced,
  TracedDelivery,
  TracedEvent,
  TracedTurn,
  TraceName,
  TraceStore,
} from "../trace-port.ts";
import { toTracedDelivery, toTracedEvent, toWaitingEvent } from "../traced.ts";
import type { PostgresDb } from "./open.ts";
import { first, readAtOnce, type Tx } from "./transaction.ts";

/** A conversation's story, read from PostgreSQL. */
export function postgresTrace(db: PostgresDb): TraceStore {
  return {
    async trace(name) {
      return readAtOnce(db, (tx) => read(tx, name));
    },
  };
}

async function read(tx: Tx, name: TraceName): Promise<Traced | null> {
  const conversationId = await conversationOf(tx, name);
  const conversation = await first(
    tx
      .select()
      .from(conversations)
      .where(eq(conversations.id, conversationId ?? -1)),
  );
  if (!conversation) return null;
  const { id, adapter, key, link, customerId, ownerId } = conversation;
  const single = "turn" in name ? name.turn : null;
  const rows = await tx
    .select()
    .from(turns)
    .where(and(eq(turns.conversationId, id), single === null ? undefined : eq(turns.id, single)))
    .orderBy(asc(turns.finishedAt));
  const customer = await first(tx.select().from(customers).where(eq(customers.id, customerId)));
  const person = await first(
    tx
      .select()
      .from(identities)
      .where(and(eq(identities.adapter, adapter), eq(identities.userId, ownerId))),
  );
  const own = await tx.select().from(tickets).where(eq(tickets.conversationId, id));
  const told: TracedTurn[] = [];
  for (const row of rows) told.push(await turnOf(tx, row));
  return {
    conversation: { id, address: { adapter, key }, link },
    customer: { id: customerId, name: person?.name ?? ownerId, email: customer?.email ?? null },
    tickets: own.map(toTicket),
    turns: told,
    staff: single === null ? await staffWords(tx, id) : [],
    waiting: single === null ? await waitingIn(tx, talkLane(adapter, key)) : [],
  };
}

async function conversationOf(tx: Tx, name: TraceName): Promise<number | undefined> {
  if ("conversation" in name) return name.conversation;
  if ("turn" in name) {
    const columns = { id: turns.conversationId };
    return (await first(tx.select(columns).from(turns).where(eq(turns.id, name.turn))))?.id;
  }
  if ("ticket" in name) {
    const columns = { id: tickets.conversationId };
    return (await first(tx.select(columns).from(tickets).where(eq(tickets.ticket, name.ticket))))?.id;
  }
  if ("escalation" in name) {
    const columns = { id: escalations.conversationId };
    return (await first(tx.select(columns).from(escalations).where(eq(escalations.id, name.escalation))))?.id;
  }
  const [adapter = "", ...key] = name.place.split(":");
  const isNamed = and(eq(conversations.adapter, adapter), eq(conversations.key, key.join(":")));
  return (
    await first(
      tx
        .select({ id: conversations.id })
        .from(conversations)
        .where(or(eq(conversations.key, name.place), isNamed))
        .orderBy(conversations.id)
        .limit(1),
    )
  )?.id;
}

async function turnOf(tx: Tx, row: typeof turns.$inferSelect): Promise<TracedTurn> {
  const { id, conversationId, finishedAt, ticket } = row;
  const isOpened = eq(escalations.id, id.replace("turn-", "E-"));
  const opened = await first(tx.select().from(escalations).where(isOpened));
  const ledger = await tx.select().from(calls).where(eq(calls.turnId, id)).orderBy(asc(calls.id));
  const security = await tx
    .select({ kind: audit.kind, detail: audit.detail })
    .from(audit)
    .where(and(eq(audit.conversationId, conversationId), eq(audit.at, finishedAt)))
    .orderBy(asc(audit.id));
  return {
    ...row,
    events: await eventsOf(tx, Number(id.slice("turn-".length))),
    ledger: ledger.map((call) => ({ ...call, booked: call.state === "booked" })),
    deliveries: await deliveriesOf(tx, row),
    ticketChanges:
      ticket === null
        ? []
        : await tx
            .select()
            .from(ticketEvents)
            .where(and(eq(ticketEvents.ticket, ticket), eq(ticketEvents.at, finishedAt)))
            .orderBy(asc(ticketEvents.id)),
    security: security.map(({ kind, detail }) => `${kind}: ${detail}`),
    escalation: opened ? toEscalation(opened) : null,
  };
}

/** What one turn answers was done in one commit, in one lane, with its first event. */
async function eventsOf(tx: Tx, seq: number): Promise<TracedEvent[]> {
  const begun = await first(tx.select().from(inbox).where(eq(inbox.seq, seq)));
  if (!begun) return [];
  if (begun.doneAt === null) return [toTracedEvent(begun)];
  const rows = await tx
    .select()
    .from(inbox)
    .where(and(eq(inbox.lane, begun.lane), eq(inbox.state, "done"), eq(inbox.doneAt, begun.doneAt)))
    .orderBy(asc(inbox.seq));
  return rows.map(toTracedEvent);
}

/** `turn-17.1`, `turn-17.2`, `turn-17.1.mark`. */
async function deliveriesOf(
  tx: Tx,
  { id, conversationId }: typeof turns.$inferSelect,
): Promise<TracedDelivery[]> {
  const rows = await tx
    .select()
    .from(outbox)
    .where(and(eq(outbox.conversationId, conversationId), sql`starts_with(${outbox.id}, ${`${id}.`})`))
    .orderBy(asc(outbox.seq));
  return rows.map(toTracedDelivery);
}

async function staffWords(tx: Tx, conversationId: number): Promise<Traced["staff"]> {
  const rows = await tx
    .select()
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), inArray(messages.role, ["staff", "note"])))
    .orderBy(asc(messages.id));
  return rows.map(toMessage);
}

async function waitingIn(tx: Tx, lane: string): Promise<Traced["waiting"]> {
  const rows = await tx
    .select()
    .from(inbox)
    // Each state has an index of its own.
    .where(
      or(
        and(eq(inbox.lane, lane), eq(inbox.state, "pending")),
        and(eq(inbox.lane, lane), eq(inbox.state, "set_aside")),
      ),
    )
    .orderBy(asc(inbox.seq));
  return rows.map(toWaitingEvent);
}
