import { and, asc, eq, gte, inArray, lt, ne, or, sql } from "drizzle-orm";

import { talkLane } from "../../lanes.ts";
import type { SqliteDb } from "../open.ts";
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
} from "../schema.ts";
import type {
  Traced,
  TracedDelivery,
  TracedEvent,
  TracedTurn,
  TraceName,
  TraceStore,
} from "../trace-port.ts";
import { toTracedDelivery, toTracedEvent, toWaitingEvent } from "../traced.ts";
import { toEscalation, toMessage, toTicket, type Tx } from "./rows.ts";

/** A conversation's story, read from SQLite. */
export function sqliteTrace(db: SqliteDb): TraceStore {
  return {
    async trace(name) {
      return db.transaction((tx) => read(tx, name));
    },
  };
}

function read(tx: Tx, name: TraceName): Traced | null {
  const conversationId = conversationOf(tx, name);
  const conversation = tx
    .select()
    .from(conversations)
    .where(eq(conversations.id, conversationId ?? -1))
    .get();
  if (!conversation) return null;
  const { id, adapter, key, link, customerId, ownerId } = conversation;
  const single = "turn" in name ? name.turn : null;
  const rows = tx
    .select()
    .from(turns)
    .where(and(eq(turns.conversationId, id), single === null ? undefined : eq(turns.id, single)))
    .orderBy(asc(turns.finishedAt))
    .all();
  const customer = tx.select().from(customers).where(eq(customers.id, customerId)).get();
  const person = tx
    .select()
    .from(identities)
    .where(and(eq(identities.adapter, adapter), eq(identities.userId, ownerId)))
    .get();
  return {
    conversation: { id, address: { adapter, key }, link },
    customer: { id: customerId, name: person?.name ?? ownerId, email: customer?.email ?? null },
    tickets: tx.select().from(tickets).where(eq(tickets.conversationId, id)).all().map(toTicket),
    turns: rows.map((row) => turnOf(tx, row)),
    staff: single === null ? staffWords(tx, id) : [],
    waiting: single === null ? waitingIn(tx, talkLane(adapter, key)) : [],
  };
}

function conversationOf(tx: Tx, name: TraceName): number | undefined {
  if ("conversation" in name) return name.conversation;
  if ("turn" in name) {
    const columns = { id: turns.conversationId };
    return tx.select(columns).from(turns).where(eq(turns.id, name.turn)).get()?.id;
  }
  if ("ticket" in name) {
    const columns = { id: tickets.conversationId };
    return tx.select(columns).from(tickets).where(eq(tickets.ticket, name.ticket)).get()?.id;
  }
  if ("escalation" in name) {
    const columns = { id: escalations.conversationId };
    return tx.select(columns).from(escalations).where(eq(escalations.id, name.escalation)).get()?.id;
  }
  const whole = sql`${conversations.adapter} || ':' || ${conversations.key}`;
  return tx
    .select({ id: conversations.id })
    .from(conversations)
    .where(or(eq(conversations.key, name.place), eq(whole, name.place)))
    .get()?.id;
}

function turnOf(tx: Tx, row: typeof turns.$inferSelect): TracedTurn {
  const { id, conversationId, finishedAt, ticket } = row;
  const opened = tx
    .select()
    .from(escalations)
    .where(eq(escalations.id, id.replace("turn-", "E-")))
    .get();
  return {
    ...row,
    events: eventsOf(tx, Number(id.slice("turn-".length))),
    ledger: tx
      .select()
      .from(calls)
      .where(eq(calls.turnId, id))
      .orderBy(asc(calls.id))
      .all()
      .map((call) => ({ ...call, booked: call.state === "booked" })),
    deliveries: deliveriesOf(tx, id),
    ticketChanges:
      ticket === null
        ? []
        : tx
            .select()
            .from(ticketEvents)
            .where(and(eq(ticketEvents.ticket, ticket), eq(ticketEvents.at, finishedAt)))
            .orderBy(asc(ticketEvents.id))
            .all(),
    security: tx
      .select({ kind: audit.kind, detail: audit.detail })
      .from(audit)
      .where(and(eq(audit.conversationId, conversationId), eq(audit.at, finishedAt)))
      .all()
      .map(({ kind, detail }) => `${kind}: ${detail}`),
    escalation: opened ? toEscalation(opened) : null,
  };
}

/** What one turn answers was done in one commit, in one lane, with its first event. */
function eventsOf(tx: Tx, seq: number): TracedEvent[] {
  const first = tx.select().from(inbox).where(eq(inbox.seq, seq)).get();
  if (!first) return [];
  if (first.doneAt === null) return [toTracedEvent(first)];
  return tx
    .select()
    .from(inbox)
    .where(and(eq(inbox.lane, first.lane), eq(inbox.state, "done"), eq(inbox.doneAt, first.doneAt)))
    .orderBy(asc(inbox.seq))
    .all()
    .map(toTracedEvent);
}

/** `turn-17.1`, `turn-17.2`, `turn-17.1.mark`: what stands between `turn-17.` and the character after the dot. */
function deliveriesOf(tx: Tx, turn: string): TracedDelivery[] {
  return tx
    .select()
    .from(outbox)
    .where(and(gte(outbox.id, `${turn}.`), lt(outbox.id, `${turn}/`)))
    .orderBy(asc(outbox.seq))
    .all()
    .map(toTracedDelivery);
}

function staffWords(tx: Tx, conversationId: number) {
  return tx
    .select()
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), inArray(messages.role, ["staff", "note"])))
    .orderBy(asc(messages.id))
    .all()
    .map(toMessage);
}

function waitingIn(tx: Tx, lane: string): Traced["waiting"] {
  return tx
    .select()
    .from(inbox)
    .where(and(eq(inbox.lane, lane), ne(inbox.state, "done")))
    .orderBy(asc(inbox.seq))
    .all()
    .map(toWaitingEvent);
}
