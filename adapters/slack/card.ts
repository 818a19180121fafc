import type { types } from "@slack/bolt";

import type { Card, EscalationReason, StaffAction, TicketPriority } from "../../src/domain.ts";
import { button } from "./below.ts";
import { blocksOf, richText } from "./blocks.ts";
import { ACTIONS } from "./buttons.ts";
import { isAddress, linkInline, textInline } from "./inline.ts";
import { pack } from "./pack.ts";
import { type Piece, piecesOf } from "./pieces.ts";
import { oneLine, shorten } from "./plain.ts";

/** A desk card is one message, whatever it is about: long texts are cut, the conversation holds the whole. */
const LONGEST_SUMMARY = 3_500;
const LONGEST_LINE = 300;
const MOST_TRIED = 12;

/** The blocks of a desk card. `ping` is the user group to call, on the cards that call somebody. */
export function cardBlocks(card: Card, ping: string | null): types.KnownBlock[] {
  return [
    ...(ping !== null && card.ping ? [callFor(ping)] : []),
    { type: "header", text: plain(headline(card)) },
    richText(...facts(card)),
    ...words(card.summary),
    ...more(card),
    { type: "context", elements: [plain(`${statusOf(card)} · ticket ${oneLine(card.ticket)}`)] },
    ...buttons(card),
  ];
}

export function cardText(card: Card): string {
  return `${headline(card)}: ${oneLine(card.customer)}, ${statusOf(card)}. ${oneLine(card.summary)}`;
}

/** A point in time that each reader sees in their own zone and that stays true: "5 minutes ago". */
export function since(at: number): types.RichTextElement {
  const fallback = `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return {
    type: "date",
    timestamp: Math.floor(at / 1000),
    format: "{date_short_pretty}, {time} ({ago})",
    fallback,
  };
}

export function plain(text: string): types.PlainTextElement {
  return { type: "plain_text", text };
}

export function cardButton(action: StaffAction, escalationId: string): types.Button {
  const made = button(LABELS[action], ACTIONS[action], escalationId);
  return action === "claim" ? { ...made, style: "primary" } : made;
}

const REASONS: Readonly<Record<EscalationReason, string>> = {
  customer_request: "The customer asks for a person",
  policy_exception: "Needs a decision by staff",
  low_confidence: "No sure answer was found",
  repeated_frustration: "The customer is frustrated",
  complex_technical: "Too complex to answer",
};

const PRIORITIES: Readonly<Record<TicketPriority, string>> = {
  low: "low",
  normal: "normal",
  high: "high",
  urgent: "URGENT",
};

const LABELS: Readonly<Record<StaffAction, string>> = {
  claim: "Claim",
  resolve: "Resolve",
  hand_back: "Hand back",
};

export function headline({ escalationId, reason }: Card): string {
  return shorten(`${oneLine(escalationId)} · ${REASONS[reason]}`, 150);
}

export function statusOf({ status, claimedBy }: Card): string {
  const by = claimedBy ? ` by ${shorten(oneLine(claimedBy.name), 80)}` : "";
  switch (status) {
    case "open":
      return "Open, nobody has claimed it";
    case "claimed":
      return `Claimed${by}`;
    case "resolved":
      return `Resolved${by}`;
    case "handed_back":
      return `Handed back to the AI${by}`;
  }
}

/** The one mention that is ever made, and of the one group that the operator named. */
export function callFor(group: string): types.KnownBlock {
  return richText(
    { type: "usergroup", usergroup_id: group },
    { type: "text", text: " a customer waits for a person." },
  );
}

export function facts(card: Card): types.RichTextElement[] {
  const bold = (text: string) => textInline(text, { bold: true });
  return [
    ...bold("Customer: "),
    ...textInline(shorten(oneLine(card.customer), LONGEST_LINE)),
    ...bold("\nPriority: "),
    ...textInline(PRIORITIES[card.priority]),
    ...bold("\nWaiting since: "),
    since(card.waitingSince),
    ...(card.link !== undefined && isAddress(card.link)
      ? [...textInline("\n"), ...linkInline(card.link, "Open the conversation")]
      : []),
  ];
}

function words(summary: string): types.KnownBlock[] {
  const [first] = pack(piecesOf(shorten(summary, LONGEST_SUMMARY)));
  return [...(first?.blocks ?? [])];
}

function more({ tried, nextStep }: Card): types.KnownBlock[] {
  const heading = (text: string): Piece => ({
    kind: "text",
    elements: textInline(text, { bold: true }),
    tight: true,
  });
  const listed = tried.slice(0, MOST_TRIED).map((line, at): Piece => ({
    kind: "item",
    style: "bullet",
    indent: 0,
    number: at + 1,
    elements: textInline(shorten(oneLine(line), LONGEST_LINE) || " "),
  }));
  const next = shorten(oneLine(nextStep), LONGEST_LINE * 3);
  return blocksOf([
    ...(listed.length > 0 ? [heading("Tried so far"), ...listed] : []),
    ...(next === "" ? [] : [heading("Suggested next step"), ...piecesOf(next)]),
  ]);
}

function buttons({ status, escalationId }: Card): types.KnownBlock[] {
  if (status === "resolved" || status === "handed_back") return [];
  const actions: StaffAction[] =
    status === "open" ? ["claim", "resolve", "hand_back"] : ["resolve", "hand_back"];
  return [{ type: "actions", elements: actions.map((action) => cardButton(action, escalationId)) }];
}
