import type { PersonExport } from "./people-port.ts";
import { isAccountOf, type Person } from "./person.ts";
import type * as schema from "./schema.ts";

/** Everything that a store keeps of one person, as rows, each kind in its order. */
export interface PersonRows {
  /** When they were seen first. */
  readonly since: number | null;
  /** Of the conversations that they opened. */
  readonly messages: readonly (typeof schema.messages.$inferSelect)[];
  readonly turns: readonly (typeof schema.turns.$inferSelect)[];
  readonly tickets: readonly (typeof schema.tickets.$inferSelect)[];
  readonly ticketEvents: readonly (typeof schema.ticketEvents.$inferSelect)[];
  readonly escalations: readonly (typeof schema.escalations.$inferSelect)[];
  readonly ratings: readonly (typeof schema.ratings.$inferSelect)[];
  /** Perhaps also by others whose account has the same id on another platform; so are the next ones. */
  readonly feedback: readonly (typeof schema.feedback.$inferSelect)[];
  readonly verifications: readonly (typeof schema.verifications.$inferSelect)[];
  readonly events: readonly (typeof schema.inbox.$inferSelect)[];
  readonly deliveries: readonly (typeof schema.outbox.$inferSelect)[];
  readonly audit: readonly (typeof schema.audit.$inferSelect)[];
  readonly costMicros: number;
}

/** What the person may read of it. */
export function personExport(person: Person, rows: PersonRows): PersonExport {
  const { email, accounts } = person;
  return {
    email,
    since: when(rows.since ?? 0),
    accounts: accounts.map(({ adapter, userId, name, method, verifiedAt }) => ({
      platform: adapter,
      id: userId,
      name,
      verifiedBy: method,
      verifiedAt: whenever(verifiedAt),
    })),
    conversations: conversationsOf(person, rows),
    turns: rows.turns.map(({ startedAt, question, intent, outcome, detail, articleIds, story }) => ({
      at: when(startedAt),
      question,
      intent,
      outcome,
      detail,
      articles: articleIds,
      story,
    })),
    tickets: ticketsOf(rows),
    escalations: rows.escalations.map(({ id, reason, summary, status, createdAt, closedAt, closedNote }) => ({
      id,
      reason,
      summary,
      status,
      createdAt: when(createdAt),
      closedAt: whenever(closedAt),
      closedNote,
    })),
    ratings: rows.ratings.map(({ at, score, comment }) => ({ at: when(at), score, comment })),
    feedback: rows.feedback
      .filter(({ adapter, userId }) => isAccountOf(person, adapter, userId))
      .map(({ at, answer, helpful }) => ({ at: when(at), answer, helpful })),
    verifications: rows.verifications
      .filter((row) => row.email === email || isAccountOf(person, row.adapter, row.userId))
      .map((row) => ({ at: when(row.createdAt), email: row.email, used: row.usedBy !== null })),
    events: rows.events.map(({ receivedAt, state, event }) => ({ at: when(receivedAt), state, event })),
    deliveries: rows.deliveries.map(({ createdAt, toAdapter, state, content }) => ({
      at: when(createdAt),
      to: toAdapter,
      state,
      content,
    })),
    audit: rows.audit.map(({ at, kind, detail }) => ({ at: when(at), kind, detail })),
    costMicros: rows.costMicros,
  };
}

/** What they said, and what was said to them; other members' words are not theirs to have, nor are notes of staff. */
function conversationsOf({ conversations }: Person, { messages }: PersonRows): PersonExport["conversations"] {
  const byConversation = Map.groupBy(messages, (message) => message.conversationId);
  return conversations.map(({ id, adapter, visibility, link, createdAt, ownerId }) => ({
    id,
    platform: adapter,
    visibility,
    link,
    startedAt: when(createdAt),
    messages: (byConversation.get(id) ?? []).flatMap(
      ({ role, recipientId, authorName, text, deletedAt, ...message }) => {
        if (role === "member" || role === "note") return [];
        if (recipientId !== null && recipientId !== ownerId) return [];
        return [
          {
            at: when(message.createdAt),
            by: role === "customer" ? ("you" as const) : role,
            name: authorName,
            text,
            ...(deletedAt !== null && { deleted: true as const }),
          },
        ];
      },
    ),
  }));
}

function ticketsOf({ tickets, ticketEvents }: PersonRows): PersonExport["tickets"] {
  const history = Map.groupBy(ticketEvents, (event) => event.ticket);
  return tickets.map(({ ticket, status, subject, description, createdAt }) => ({
    ticket,
    status,
    subject,
    description,
    createdAt: when(createdAt),
    history: (history.get(ticket) ?? []).map(({ at, kind, detail }) => ({ at: when(at), kind, detail })),
  }));
}

function when(time: number): string {
  return new Date(time).toISOString();
}

function whenever(time: number | null): string | null {
  return time === null ? null : when(time);
}
