import { and, asc, count, desc, eq, gte, isNull, sql } from "drizzle-orm";

import type { Address, InboundEvent } from "../../domain.ts";
import { talkLane } from "../../lanes.ts";
import { toConversation, toEscalation, toMessage, toTicket } from "../rows.ts";
import { conversations, escalations, inbox, messages, tickets } from "../schema-postgres.ts";
import type {
  Conversation,
  Customer,
  Escalation,
  Message,
  Store,
  Ticket,
  TurnContext,
  Work,
} from "../store.ts";
import { applyChanges, lastAnswerOf, lockLanesOf } from "./changes.ts";
import { customerOf } from "./customers.ts";
import { finishWork, holds, isOvertaken } from "./inbox.ts";
import type { PostgresDb } from "./open.ts";
import { first, inTransaction, type Tx } from "./transaction.ts";

/** More than any model is shown; the rest of a long conversation is in its summary at hand-over time. */
const LONGEST_TRANSCRIPT = 80;
const MINUTE = 60_000;

/** What a turn reads when it begins, and its one commit. */
export function postgresTurns(db: PostgresDb): Pick<Store, "loadTurn" | "commitTurn" | "conversationAt"> {
  return {
    async conversationAt(address, now) {
      return inTransaction(db, (tx) => conversationAt(tx, address, now));
    },

    async loadTurn(work, now) {
      return inTransaction(db, (tx) => load(tx, work, now));
    },

    async commitTurn(work, changes, expect, now) {
      return inTransaction(db, async (tx) => {
        await lockLanesOf(tx, work, changes);
        if (!(await holds(tx, work))) return "lost";
        // Locked until the commit: a claim that comes meanwhile waits, and finds what was written here.
        const conversation = await lockConversation(tx, changes.conversationId);
        if (conversation?.epoch !== expect.epoch) return "fenced";
        if (!expect.ignoreOvertaken && (await isOvertaken(tx, work))) return "overtaken";
        await applyChanges(tx, changes, now);
        await finishWork(tx, work, now);
        return "committed";
      });
    },
  };
}

export async function lockConversation(tx: Tx, id: number) {
  return first(
    tx
      .select({ epoch: conversations.epoch })
      .from(conversations)
      .where(eq(conversations.id, id))
      .for("update"),
  );
}

async function conversationAt(tx: Tx, address: Address, now: number): Promise<Conversation | null> {
  const known = await conversationRow(tx, address);
  if (known) return toConversation(known);
  const lane = talkLane(address.adapter, address.key);
  const waiting = await first(
    tx
      .select({ event: inbox.event })
      .from(inbox)
      .where(and(eq(inbox.lane, lane), eq(inbox.state, "pending")))
      .orderBy(asc(inbox.seq))
      .limit(1),
  );
  if (!waiting) return null;
  return openConversation(tx, waiting.event, await customerOf(tx, waiting.event, now), now);
}

async function conversationRow(tx: Tx, { adapter, key }: Address) {
  const isThere = and(eq(conversations.adapter, adapter), eq(conversations.key, key));
  return first(tx.select().from(conversations).where(isThere));
}

async function openConversation(
  tx: Tx,
  event: InboundEvent,
  customer: Customer,
  now: number,
): Promise<Conversation> {
  const known = await conversationRow(tx, event.address);
  if (known) return toConversation(known);
  const { adapter, key } = event.address;
  await tx
    .insert(conversations)
    .values({
      adapter,
      key,
      visibility: event.visibility,
      link: event.link ?? null,
      ownerId: customer.userId,
      customerId: customer.id,
      holder: "ai",
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoNothing();
  const row = await conversationRow(tx, event.address);
  if (!row) throw new Error("the conversation that was just opened is gone");
  return toConversation(row);
}

async function load(tx: Tx, work: Work, now: number): Promise<TurnContext> {
  const [{ event }] = work.events;
  const customer = await customerOf(tx, event, now);
  const { id } = await openConversation(tx, event, customer, now);
  // Shared with whoever reads too, against whoever writes: all that is read here belongs to one moment.
  const row = await first(tx.select().from(conversations).where(eq(conversations.id, id)).for("share"));
  if (!row) throw new Error("the conversation of a turn is gone");
  const conversation = toConversation(row);
  return {
    conversation,
    customer,
    transcript: await transcriptOf(tx, id),
    ticket: conversation.ticket ? await ticketOf(tx, conversation.ticket) : await lastTicket(tx, id),
    escalation: conversation.escalationId ? await escalationOf(tx, conversation.escalationId) : null,
    lastAnswer: (await lastAnswerOf(tx, id)) ?? null,
    recentMessages: await recentMessages(tx, work, now),
  };
}

export async function transcriptOf(tx: Tx | PostgresDb, conversationId: number): Promise<Message[]> {
  const rows = await tx
    .select()
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), isNull(messages.deletedAt)))
    .orderBy(desc(messages.id))
    .limit(LONGEST_TRANSCRIPT);
  return rows.toReversed().map(toMessage);
}

export async function ticketOf(tx: Tx | PostgresDb, ticket: string): Promise<Ticket | null> {
  const row = await first(tx.select().from(tickets).where(eq(tickets.ticket, ticket)));
  return row ? toTicket(row) : null;
}

async function lastTicket(tx: Tx, conversationId: number): Promise<Ticket | null> {
  const row = await first(
    tx
      .select()
      .from(tickets)
      .where(eq(tickets.conversationId, conversationId))
      .orderBy(desc(tickets.createdAt))
      .limit(1),
  );
  return row ? toTicket(row) : null;
}

export async function escalationOf(tx: Tx | PostgresDb, id: string): Promise<Escalation | null> {
  const row = await first(tx.select().from(escalations).where(eq(escalations.id, id)));
  return row ? toEscalation(row) : null;
}

async function recentMessages(tx: Tx, work: Work, now: number): Promise<TurnContext["recentMessages"]> {
  const [{ event }] = work.events;
  const row = await first(
    tx
      .select({
        everywhere: count(),
        here: sql`count(*) filter (where ${eq(inbox.lane, work.lane)})`.mapWith(Number),
      })
      .from(inbox)
      .where(
        and(
          gte(inbox.receivedAt, now - MINUTE),
          eq(inbox.adapter, event.address.adapter),
          eq(inbox.senderId, event.sender.id),
          sql`${inbox.event} #>> '{body,kind}' = 'message'`,
        ),
      ),
  );
  return row ?? { here: 0, everywhere: 0 };
}
