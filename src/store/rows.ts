import type * as schema from "./schema.ts";
import type { Conversation, Escalation, Message, Ticket } from "./store.ts";

/** Rows as they are read, turned into the port's nouns. */

export function toConversation(row: typeof schema.conversations.$inferSelect): Conversation {
  const { adapter, key, createdAt: _createdAt, updatedAt: _updatedAt, ...rest } = row;
  return { ...rest, address: { adapter, key } };
}

export function toMessage(row: typeof schema.messages.$inferSelect): Message {
  const { role, authorId, authorName, text, messageId, account, recipientId, createdAt, editedAt } = row;
  return {
    role,
    authorId,
    authorName,
    text,
    messageId,
    account,
    recipientId,
    createdAt,
    edited: editedAt !== null,
  };
}

export function toTicket(row: typeof schema.tickets.$inferSelect): Ticket {
  const { ticket, conversationId, customerId, email, subject, description, priority, status } = row;
  const { createdBy, createdAt, updatedAt, resolvedAt } = row;
  return {
    ticket,
    conversationId,
    customerId,
    email,
    subject,
    description,
    priority,
    status,
    createdBy,
    createdAt,
    updatedAt,
    resolvedAt,
  };
}

export function toEscalation(row: typeof schema.escalations.$inferSelect): Escalation {
  return {
    id: row.id,
    conversationId: row.conversationId,
    customerId: row.customerId,
    ticket: row.ticket,
    customerName: row.customerName,
    reason: row.reason,
    priority: row.priority,
    summary: row.summary,
    tried: row.tried,
    nextStep: row.nextStep,
    evidence: row.evidence,
    status: row.status,
    claimedBy:
      row.claimedById === null ? null : { id: row.claimedById, name: row.claimedByName ?? row.claimedById },
    createdAt: row.createdAt,
    reminders: row.reminders,
    version: row.version,
    desk: { adapter: row.deskAdapter, key: row.deskKey },
    bridge: row.bridgeKey === null ? null : { adapter: row.deskAdapter, key: row.bridgeKey },
  };
}
