import { and, asc, count, desc, eq, gte, isNull, sql } from "drizzle-orm";

import type { SqliteDb } from "../open.ts";
import { conversations, escalations, inbox, messages, tickets } from "../schema.ts";
import type { Address, InboundEvent } from "../../domain.ts";
import { talkLane } from "../../lanes.ts";
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
import { applyChanges, lastAnswerOf } from "./changes.ts";
import { customerOf } from "./customers.ts";
import { finishWork, holds, isOvertaken } from "./inbox.ts";
import { toConversation, toEscalation, toMessage, toTicket, type Tx } from "./rows.ts";

/** More than any model is shown; the rest of a long conversation is in its summary at hand-over time. */
const LONGEST_TRANSCRIPT = 80;
const MINUTE = 60_000;

/** What a turn reads when it begins, and its one commit. */
export function sqliteTurns(db: SqliteDb): Pick<Store, "loadTurn" | "commitTurn" | "conversationAt"> {
  return {
    async conversationAt(address, now) {
      return db.transaction((tx) => conversationAt(tx, address, now), { behavior: "immediate" });
    },

    async loadTurn(work, now) {
      return db.transaction((tx) => load(tx, work, now), { behavior: "immediate" });
    },

    async commitTurn(work, changes, expect, now) {
      return db.transaction(
        (tx) => {
          if (!holds(tx, work)) return "lost";
          const conversation = tx
            .select({ epoch: conversations.epoch })
            .from(conversations)
            .where(eq(conversations.id, changes.conversationId))
            .get();
          if (conversation?.epoch !== expect.epoch) return "fenced";
          if (!expect.ignoreOvertaken && isOvertaken(tx, work)) return "overtaken";
          applyChanges(tx, changes, now);
          finishWork(tx, work, now);
          return "committed";
        },
        { behavior: "immediate" },
      );
    },
  };
}

function conversationAt(tx: Tx, address: Address, now: number): Conversation | null {
  const known = conversationRow(tx, address);
  if (known) return toConversation(known);
  const waiting = tx
    .select({ event: inbox.event })
    .from(inbox)
    .where(and(eq(inbox.lane, talkLane(address.adapter, address.key)), eq(inbox.state, "pending")))
    .orderBy(asc(inbox.seq))
    .limit(1)
    .get();
  return waiting ? openConversation(tx, waiting.event, customerOf(tx, waiting.event, now), now) : null;
}

function conversationRow(tx: Tx, { adapter, key }: Address) {
  return tx
    .select()
    .from(conversations)
    .where(and(eq(conversations.adapter, adapter), eq(conversations.key, key)))
    .get();
}

function openConversation(tx: Tx, event: InboundEvent, customer: Customer, now: number): Conversation {
  const { adapter, key } = event.address;
  tx.insert(conversations)
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
    .onConflictDoNothing()
    .run();
  const row = conversationRow(tx, event.address);
  if (!row) throw new Error("the conversation that was just opened is gone");
  return toConversation(row);
}

function load(tx: Tx, work: Work, now: number): TurnContext {
  const [{ event }] = work.events;
  const customer = customerOf(tx, event, now);
  const conversation = openConversation(tx, event, customer, now);
  return {
    conversation,
    customer,
    transcript: transcriptOf(tx, conversation.id),
    ticket: conversation.ticket ? ticketOf(tx, conversation.ticket) : lastTicket(tx, conversation.id),
    escalation: conversation.escalationId ? escalationOf(tx, conversation.escalationId) : null,
    lastAnswer: lastAnswerOf(tx, conversation.id) ?? null,
    recentMessages: recentMessages(tx, work, now),
  };
}

export function transcriptOf(tx: Tx | SqliteDb, conversationId: number): Message[] {
  return tx
    .select()
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), isNull(messages.deletedAt)))
    .orderBy(desc(messages.id))
    .limit(LONGEST_TRANSCRIPT)
    .all()
    .toReversed()
    .map(toMessage);
}

export function ticketOf(tx: Tx | SqliteDb, ticket: string): Ticket | null {
  const row = tx.select().from(tickets).where(eq(tickets.ticket, ticket)).get();
  return row ? toTicket(row) : null;
}

function lastTicket(tx: Tx, conversationId: number): Ticket | null {
  const row = tx
    .select()
    .from(tickets)
    .where(eq(tickets.conversationId, conversationId))
    .orderBy(desc(tickets.createdAt))
    .limit(1)
    .get();
  return row ? toTicket(row) : null;
}

export function escalationOf(tx: Tx | SqliteDb, id: string): Escalation | null {
  const row = tx.select().from(escalations).where(eq(escalations.id, id)).get();
  return row ? toEscalation(row) : null;
}

function recentMessages(tx: Tx, work: Work, now: number): TurnContext["recentMessages"] {
  const [{ event }] = work.events;
  const row = tx
    .select({
      everywhere: count(),
      here: sql<number>`coalesce(sum(${inbox.lane} = ${work.lane}), 0)`,
    })
    .from(inbox)
    .where(
      and(
        gte(inbox.receivedAt, now - MINUTE),
        eq(inbox.adapter, event.address.adapter),
        eq(inbox.senderId, event.sender.id),
        sql`json_extract(${inbox.event}, '$.body.kind') = 'message'`,
      ),
    )
    .get();
  return row ?? { here: 0, everywhere: 0 };
}
