/** A delivery as a line of the console protocol. Pure. */
import type { Address, Card, Delivery, OutboundContent } from "../../src/domain.ts";
import { bridgeAddress, escalationAt, plainId } from "./address.ts";

/** `type` and `id` come first, whatever else a kind carries. */
export interface OutLine {
  readonly type: OutboundContent["kind"];
  /** The stable delivery id. */
  readonly id: string;
  readonly [field: string]: unknown;
}

/** @param conversationOf tells which conversation an escalation is about, when that is known. */
export function deliveryLine(
  delivery: Delivery,
  conversationOf: (escalationId: string) => Address | undefined = () => undefined,
): OutLine {
  const { content, id, recipient, replaces } = delivery;
  return {
    type: content.kind,
    id,
    ...fieldsOf(delivery, conversationOf),
    ...(recipient !== undefined && { recipient }),
    ...(replaces !== undefined && { replaces }),
  };
}

/** What is written under a card comes from its bridge. */
export function threadOf({ content }: Delivery): { readonly thread?: Address } {
  return content.kind === "card" ? { thread: bridgeAddress(content.card.escalationId) } : {};
}

function fieldsOf(
  { content, to, visibility }: Delivery,
  conversationOf: (escalationId: string) => Address | undefined,
): Record<string, unknown> {
  switch (content.kind) {
    case "reply":
      return {
        conversation: plainId(to),
        visibility,
        text: content.text,
        by: content.by,
        ...(content.author !== undefined && { author: content.author }),
        citations: content.citations,
        inReplyTo: content.inReplyTo,
        ...(content.asksRating && { asksRating: true }),
        ...(content.attachments && { attachments: content.attachments.map(({ name }) => name) }),
        ...(content.change && { change: content.change, changes: content.changes }),
      };
    case "card":
      return cardFields(content.card);
    case "relay": {
      const conversation = conversationOf(content.escalationId);
      return {
        escalation: content.escalationId,
        ...(conversation && { conversation: plainId(conversation) }),
        from: content.from,
        text: content.text,
        ...(content.change && { change: content.change }),
        attachments: content.attachments.map(({ name }) => name),
      };
    }
    case "notice":
      return {
        ...(content.escalationId !== undefined && { escalation: content.escalationId }),
        text: content.text,
      };
    case "ticket":
      return {
        ticket: content.ticket,
        status: content.status,
        priority: content.priority,
        subject: content.subject,
        conversation: plainId(content.conversation),
      };
    case "mark": {
      const escalation = escalationAt(to);
      return {
        ...(escalation === undefined ? { conversation: plainId(to) } : { escalation }),
        message: content.messageId,
        mark: content.mark,
      };
    }
    case "state":
      return { conversation: plainId(to), state: content.state };
    case "overview":
      return { ...content.overview };
    case "turn":
    default: {
      const { turnId, conversation, ...report } = content.report;
      return { turn: turnId, conversation: plainId(conversation), ...report };
    }
  }
}

function cardFields(card: Card): Record<string, unknown> {
  const { escalationId, status, reason, priority, summary, conversation, customer, claimedBy, ...rest } =
    card;
  return {
    escalation: escalationId,
    status,
    reason,
    priority,
    summary,
    conversation: plainId(conversation),
    customer,
    ...rest,
    ...(claimedBy && { claimedBy }),
  };
}
