import type { Passage } from "../knowledge/knowledge.ts";
import type { ModelMessage, TextBlock } from "../models/model.ts";
import type { Conversation, Customer, Message } from "../store/store.ts";
import type { TicketView } from "../tickets/tickets.ts";
import { asSearchResult } from "../tools/search-knowledge-base.ts";
import { OWN_EMAIL } from "../tools/tool.ts";
import { harmless } from "./label.ts";
import { mask } from "./mask.ts";
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
  /** How a customer proves an e-mail on this platform, in a sentence; null where a proof would open nothing. */
  readonly verifyHint: string | null;
}

/**
 * Everything a model is shown of a conversation, the question last. What does not fit is cut off whole, the oldest
 * first, and a short summary by code stands in its place. Tool calls and their results are never part of it: they
 * live within one turn only, after these messages.
 *
 * @param share of {@link TRANSCRIPT_TOKENS}: less than 1 once the model said that the whole was too long.
 */
export function toModelMessages(
  situation: Situation,
  countTokens: (text: string) => number,
  share = 1,
): ModelMessage[] {
  const { kept, cut } = divide(situation, countTokens, TRANSCRIPT_TOKENS * share);
  const history = kept.map((message) => render(message, situation));
  const question: ModelMessage = {
    role: "user",
    content: [
      ...situation.passages.map(asSearchResult),
      { type: "text", text: `${contextOf(situation)}\n\n${asCustomerMessage(situation.question)}` },
    ],
  };
  return mergeNeighbours([...(cut.length > 0 ? [summaryOf(cut)] : []), ...history, question]);
}

interface Divided {
  readonly kept: readonly Message[];
  readonly cut: readonly Message[];
}

/** The newest messages that fit, and the rest. Notes are for staff alone. */
function divide({ transcript }: Situation, countTokens: (text: string) => number, budget: number): Divided {
  const visible = transcript.filter(({ role }) => role !== "note");
  let first = visible.length;
  let used = 0;
  for (const message of visible.toReversed()) {
    used += countTokens(message.text) + MESSAGE_TOKENS;
    if (used > budget) break;
    first -= 1;
  }
  return { kept: visible.slice(first), cut: visible.slice(0, first) };
}

/** Marks and labels around a message. */
const MESSAGE_TOKENS = 8;

/** How the conversation began and what was last asked of what was cut: some 200 tokens, whatever its length. */
const QUOTED_CHARS = 240;

/**
 * What was cut, without a model call: who wrote how much, which tickets were named, and the customer's own words at
 * the beginning and at the end. Answers are not quoted: they may hold account data, and what matters of them is on
 * the ticket.
 */
function summaryOf(cut: readonly Message[]): ModelMessage {
  const count = (role: Message["role"]) => cut.filter((message) => message.role === role).length;
  const parts = [
    `${count("customer")} by the customer`,
    `${count("ai") + count("system")} by you or the system`,
    ...(count("staff") > 0 ? [`${count("staff")} by a person from the team`] : []),
    ...(count("member") > 0 ? [`${count("member")} by other members`] : []),
  ];
  const spoken = cut.filter(({ role, account }) => (role === "ai" || role === "system") && !account);
  const tickets = new Set(spoken.flatMap(({ text }) => text.match(/\bT-\d+\b/g) ?? []));
  const asked = cut.filter(({ role, text }) => role === "customer" && text.trim() !== "");
  const quoted = [...new Set([asked[0], asked.at(-1)])].filter((message) => message !== undefined);
  const lines = [
    `[Earlier messages that are no longer shown: ${parts.join(", ")}.` +
      (tickets.size > 0 ? ` Tickets named in them: ${[...tickets].join(", ")}.` : "") +
      (quoted.length > 0 ? ` The customer's first${quoted.length > 1 ? " and last" : ""} of them:]` : "]"),
    ...quoted.map(({ text }) => asCustomerMessage(shortened(text))),
  ];
  return { role: "user", content: [{ type: "text", text: lines.join("\n") }] };
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= QUOTED_CHARS) return line;
  // By code points: half an emoji is not valid text.
  return `${Array.from(line)
    .slice(0, QUOTED_CHARS - 1)
    .join("")}…`;
}

function render(message: Message, { conversation, customer }: Situation): ModelMessage {
  const text = (value: string): [TextBlock] => [{ type: "text", text: harmless(value) || "(no text)" }];
  switch (message.role) {
    case "ai":
      // Account data is shown again only to whom it belongs, and in public not even then: it could be repeated there.
      if (
        message.account &&
        (conversation.visibility === "public" || message.recipientId !== customer.userId)
      ) {
        return { role: "assistant", content: text("(answered in private with the customer's account data)") };
      }
      return { role: "assistant", content: text(message.text) };
    case "staff":
      // Staff may send a password to its owner; a model has no use for it.
      return {
        role: "user",
        content: text(
          `[A person from the team, ${message.authorName}, wrote to the customer: ${mask(message.text)}]`,
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
      return { role: "user", content: [{ type: "text", text: asCustomerMessage(message.text) }] };
  }
}

/** A pasted log is understood from its beginning; all of it would cost more than the answer is worth. */
const LONGEST_SHOWN = 12_000;

/** Law 9: labelled as data, and unable to close the label. */
function asCustomerMessage(text: string): string {
  const shown =
    text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}\n[cut: ${text.length} characters]`;
  return `<customer_message>\n${harmless(shown) || "(no text)"}\n</customer_message>`;
}

function howToVerify(hint: string | null): string {
  return hint === null
    ? "account data: this shop has none to look up, so what needs it goes to a person"
    : `how to verify: ${hint}`;
}

function contextOf(situation: Situation): string {
  const { conversation, customer, ticket, passages, reading, transcript, verifyHint } = situation;
  const lines = [
    ...(customer.email === null
      ? ["verified e-mail: none, so account data is off", howToVerify(verifyHint)]
      : [`verified e-mail: ${ownEmail(situation)}`]),
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

/** Where others read along a model is shown nothing that is the customer's own: what it never saw it cannot say. */
function ownEmail({ conversation, customer }: Situation): string {
  if (conversation.visibility !== "public") return customer.email ?? "";
  return `"${OWN_EMAIL}" (give tools this word; the address is not shown in public)`;
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
