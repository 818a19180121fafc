import type { Passage } from "../knowledge/knowledge.ts";
import type { ModelMessage, TextBlock } from "../models/model.ts";
import type { Conversation, Customer, Message } from "../store/store.ts";
import type { TicketView } from "../tickets/tickets.ts";
import { asSearchResult } from "../tools/search-knowledge-base.ts";
import type { BurstReading } from "./read.ts";

/** How many tokens of earlier messages a model is shown; the oldest fall away first. */
export const TRANSCRIPT_TOKENS = 3_000;

export interface Situation {
  readonly conversation: Conversation;
  readonly customer: Customer;
  readonly transcript: readonly Message[];
  readonly reading: BurstReading;
  readonly ticket: TicketView | null;
  readonly passages: readonly Passage[];
  readonly question: string;
  /** How a customer proves an e-mail on this platform, in a sentence. */
  readonly verifyHint: string;
}

/** Everything a model is shown of a conversation, the question last. */
export function toModelMessages(
  situation: Situation,
  countTokens: (text: string) => number,
  budget: number = TRANSCRIPT_TOKENS,
): ModelMessage[] {
  const history = recent(situation, countTokens, budget).map((message) =>
    render(message, situation.conversation),
  );
  const question: ModelMessage = {
    role: "user",
    content: [
      ...situation.passages.map(asSearchResult),
      { type: "text", text: `${contextOf(situation)}\n\n${asCustomerMessage(situation.question)}` },
    ],
  };
  return mergeNeighbours([...history, question]);
}

function recent({ transcript }: Situation, countTokens: (text: string) => number, budget: number): Message[] {
  const kept: Message[] = [];
  let used = 0;
  for (const message of transcript.filter(({ role }) => role !== "note").toReversed()) {
    used += countTokens(message.text) + 8;
    if (used > budget) break;
    kept.unshift(message);
  }
  return kept;
}

function render(message: Message, conversation: Conversation): ModelMessage {
  const text = (value: string): [TextBlock] => [{ type: "text", text: value || "(no text)" }];
  switch (message.role) {
    case "ai":
      // In a public place account data is not shown to the model again, so it cannot repeat it in public.
      if (message.account && conversation.visibility === "public") {
        return { role: "assistant", content: text("(answered in private with the customer's account data)") };
      }
      return { role: "assistant", content: text(message.text) };
    case "staff":
      return {
        role: "user",
        content: text(
          `[A person from the team, ${message.authorName}, wrote to the customer: ${message.text}]`,
        ),
      };
    case "system":
    case "note":
      return { role: "user", content: text(`[The system told the customer: ${message.text}]`) };
    case "member":
      return {
        role: "user",
        content: text(`[Another member, ${message.authorName}, wrote: ${message.text}]`),
      };
    case "customer":
      return { role: "user", content: text(asCustomerMessage(message.text)) };
  }
}

/** A pasted log is understood from its beginning; all of it would cost more than the answer is worth. */
const LONGEST_SHOWN = 12_000;

/** Law 9: labelled as data, and unable to close the label. */
function asCustomerMessage(text: string): string {
  const shown =
    text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}\n[cut: ${text.length} characters]`;
  const safe = shown.replaceAll(/<\/?\s*(customer_message|context)\s*>/gi, "");
  return `<customer_message>\n${safe || "(no text)"}\n</customer_message>`;
}

function contextOf(situation: Situation): string {
  const { conversation, customer, ticket, passages, reading, transcript, verifyHint } = situation;
  const lines = [
    ...(customer.email === null
      ? ["verified e-mail: none, so account data is off", `how to verify: ${verifyHint}`]
      : [`verified e-mail: ${customer.email}`]),
    `place: ${conversation.visibility === "public" ? "a public channel, other members can read along" : "private"}`,
    ticket
      ? `open ticket: ${ticket.ticket} (${ticket.status}, ${ticket.priority}): ${oneLine(ticket.subject)}`
      : "open ticket: none",
  ];
  if (passages.length === 0) lines.push("help centre: no article was found for this message");
  if (reading.frustrated)
    lines.push("the customer sounds frustrated: acknowledge it in a few words, then help");
  if (transcript.some((message) => message.role === "staff")) {
    lines.push("a person from the team was here before; their part has ended, do not promise them again");
  }
  return `<context>\n${lines.join("\n")}\n</context>`;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\s<>]+/g, " ").trim();
}

/** The API wants the roles to alternate and the conversation to begin with the customer. */
function mergeNeighbours(messages: readonly ModelMessage[]): ModelMessage[] {
  const merged: ModelMessage[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last?.role === "user" && message.role === "user") {
      merged[merged.length - 1] = { role: "user", content: [...last.content, ...message.content] };
    } else if (last?.role === "assistant" && message.role === "assistant") {
      merged[merged.length - 1] = { role: "assistant", content: [...last.content, ...message.content] };
    } else if (last || message.role === "user") {
      merged.push(message);
    }
  }
  return merged;
}
