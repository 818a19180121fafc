import { type APIComponentInContainer, ComponentType, MessageFlags } from "discord.js";

import type { Card, EscalationReason, TicketPriority } from "../../src/domain.ts";
import { toDiscordMarkdown } from "./markdown.ts";
import type { Payload } from "./payload.ts";
import { cardRow } from "./rows.ts";
import { split } from "./split.ts";
import { cut, plainLine } from "./text.ts";

/** Together with the fixed words they stay under Discord's 4,000 characters for one message of components. */
const MOST = { summary: 1_500, name: 100, tried: 8, triedLine: 120, nextStep: 400 } as const;

const REASONS: Readonly<Record<EscalationReason, string>> = {
  customer_request: "asked for a person",
  policy_exception: "needs a decision that is for staff to make",
  low_confidence: "no sure answer was found",
  repeated_frustration: "frustrated more than once",
  complex_technical: "too complex to answer",
};

const COLOURS: Readonly<Record<TicketPriority, number>> = {
  low: 0x95a5a6,
  normal: 0x3498db,
  high: 0xe67e22,
  urgent: 0xe74c3c,
};
const DONE = 0x2ecc71;

/**
 * An escalation as staff see it, the same message from the first ping to the end.
 *
 * @param pingRole the role that is called when the card asks for it; nobody else is.
 */
export function renderCard(card: Card, pingRole?: string): Payload {
  const role = card.ping ? pingRole : undefined;
  const isLive = card.status === "open" || card.status === "claimed";
  return {
    flags: MessageFlags.IsComponentsV2,
    allowed_mentions: { parse: [], ...(role !== undefined && { roles: [role] }) },
    components: [
      ...(role === undefined ? [] : [text(`<@&${role}>`)]),
      {
        type: ComponentType.Container,
        accent_color: isLive ? COLOURS[card.priority] : DONE,
        components: [...inside(card), ...cardRow(card)],
      },
    ],
  };
}

function inside(card: Card): APIComponentInContainer[] {
  const tried = triedLines(card.tried);
  const next = cutLine(card.nextStep, MOST.nextStep);
  return [
    text(`### ${stateOf(card)}\n${summaryOf(card)}`),
    { type: ComponentType.Separator },
    text(factLines(card).join("\n")),
    ...(tried === "" ? [] : [text(`**Already tried**\n${tried}`)]),
    ...(next === "" ? [] : [text(`**Suggested next step:** ${next}`)]),
  ];
}

function text(content: string): { type: ComponentType.TextDisplay; content: string } {
  return { type: ComponentType.TextDisplay, content };
}

function summaryOf({ summary }: Card): string {
  const [first, ...more] = split(toDiscordMarkdown(summary), MOST.summary);
  if (first === undefined) return "No summary.";
  return more.length > 0 ? `${first}\n…` : first;
}

function factLines({ customer, escalationId, reason, priority, ticket, waitingSince }: Card): string[] {
  return [
    `**Customer:** ${name(customer)}`,
    `**Reason:** ${REASONS[reason]} (${plainLine(reason)})`,
    `**Priority:** ${priority}`,
    `**Ticket:** ${name(ticket)} · ${name(escalationId)}`,
    // Discord counts on by itself in every reader's client.
    `**Waiting since:** <t:${Math.floor(waitingSince / 1_000)}:R>`,
  ];
}

function stateOf({ status, claimedBy }: Card): string {
  const by = claimedBy ? ` by ${name(claimedBy.name)}` : "";
  switch (status) {
    case "open":
      return "🔔 Waiting for a person";
    case "claimed":
      return `🙋 Claimed${by}`;
    case "resolved":
      return `✅ Resolved${by}`;
    case "handed_back":
      return "↩️ Handed back to the AI";
  }
}

function triedLines(tried: readonly string[]): string {
  const shown = tried.slice(0, MOST.tried).map((line) => `- ${cutLine(line, MOST.triedLine)}`);
  const more = tried.length - shown.length;
  return [...shown, ...(more > 0 ? [`- … and ${more} more`] : [])].join("\n");
}

function name(given: string): string {
  return cutLine(given, MOST.name);
}

/** Cut last, because what is made plain grows; half an escape is not left behind. */
function cutLine(given: string, most: number): string {
  return cut(plainLine(given), most).replace(/\\+…$/, "…");
}
