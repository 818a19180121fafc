/** How a delivery looks on the screen, in rows of a given width. Pure. */
import type { Card, Delivery, OutboundContent, TurnReport } from "../../src/domain.ts";
import { plainId } from "./address.ts";
import { cardFacts } from "./card-facts.ts";
import { box, span, wrap } from "./layout.ts";
import type { Row, Span, Tone } from "./layout.ts";
import { clean, cleanLine, plainMarkdown } from "./text.ts";

export interface EntryContext {
  readonly width: number;
  readonly now: number;
  readonly agentName: string;
  readonly customerName: string;
  /** The conversation at the prompt. What is for another one says so. */
  readonly conversation: string;
  readonly isPublic: boolean;
  /** The card as it was shown last, if it was. */
  readonly before?: Card | undefined;
  /** True when several escalations wait, so that a command must name its own. */
  readonly several: boolean;
}

/** In the customer's lane go replies, in the desk's everything that staff see and how the turns went. */
export function laneOf({ content }: Delivery): "customer" | "desk" {
  return content.kind === "reply" ? "customer" : "desk";
}

export function entryRows(delivery: Delivery, context: EntryContext): Row[] {
  const { content } = delivery;
  switch (content.kind) {
    case "reply":
      return replyRows(content, delivery, context);
    case "card":
      return cardRows(content.card, context);
    case "relay": {
      const files = content.attachments.map(({ name }) => cleanLine(name)).join(", ");
      return saidRows(
        [
          span(cleanLine(content.from), "customer"),
          span(content.change ? ` · ${content.change}` : "", "dim"),
        ],
        [clean(content.text), files && `[${files}]`].filter(Boolean).join("\n"),
        context.width,
      );
    }
    case "notice":
      return body(clean(content.text), context.width, "dim", "· ");
    case "ticket":
      return body(
        `ticket ${cleanLine(content.ticket)} · ${content.status} · ${content.priority} · ${cleanLine(content.subject)}`,
        context.width,
        "dim",
        "· ",
      );
    case "mark":
      return content.mark === "failed"
        ? body("what was written last did not arrive", context.width, "alert", "· ")
        : [];
    case "state":
    case "overview":
      return [];
    case "turn":
    default:
      return body(turnText(content.report), context.width, "dim", "· ");
  }
}

/** A name, and below it what was said. */
export function saidRows(name: Row, text: string, width: number): Row[] {
  return [name, ...body(text, width, "plain", "  ")];
}

/** Text under a mark on its first row; the other rows are indented as far. */
export function body(text: string, width: number, tone: Tone, mark = ""): Row[] {
  return wrap(text, width - mark.length).map((row, at) => [
    span((at === 0 ? mark : " ".repeat(mark.length)) + row, tone),
  ]);
}

function replyRows(
  content: Extract<OutboundContent, { kind: "reply" }>,
  { to, visibility }: Delivery,
  context: EntryContext,
): Row[] {
  const where = [
    content.change ?? false,
    plainId(to) !== context.conversation && `in ${plainId(to)}`,
    visibility === "private" && context.isPublic && `only ${context.customerName} sees this`,
  ].filter((part) => part !== false);
  const name: Span[] = [speaker(content, context), ...where.map((part) => span(` · ${part}`, "dim"))];
  const links = content.citations.flatMap(({ title, url }) => [
    ...body(cleanLine(title), context.width, "dim", "  ↳ "),
    ...(url === undefined ? [] : linkRows(cleanLine(url), context.width)),
  ]);
  const files = (content.attachments ?? []).flatMap(({ name }) =>
    body(`[${cleanLine(name)}]`, context.width, "dim", "  "),
  );
  const rating = content.asksRating
    ? body("/rate 1 (bad) to /rate 5 (good)", context.width, "dim", "  ")
    : [];
  return [...saidRows(name, plainMarkdown(content.text), context.width), ...files, ...links, ...rating];
}

function linkRows(url: string, width: number): Row[] {
  return wrap(url, width - 4).map((row) => [span("    "), { text: row, tone: "link", href: url }]);
}

function speaker(content: Extract<OutboundContent, { kind: "reply" }>, { agentName }: EntryContext): Span {
  if (content.by === "staff") return span(`${cleanLine(content.author ?? "Staff")} (staff)`, "staff");
  return span(content.by === "ai" ? agentName : "Deskhand", "agent");
}

/** Whole when it is new or must be noticed; a line when only its status changed. */
function cardRows(card: Card, context: EntryContext): Row[] {
  const facts = cardFacts(card, context);
  const commands = (names: readonly string[]): string =>
    names.map((name) => (context.several ? `${name} ${facts.id}` : name)).join(" · ");
  if (context.before && !card.ping) {
    const next = `/staff TEXT to the customer, /note TEXT for staff, at the end ${commands(["/resolve", "/back"])}`;
    return [
      [span(`${facts.id} · ${facts.state}`, "staff")],
      ...(card.status === "claimed" ? body(next, context.width, "dim", "  ") : []),
    ];
  }
  const inner = context.width - 4;
  const buttons = { open: ["/claim", "/resolve", "/back"], claimed: ["/resolve", "/back"] };
  const rows = [
    ...body(facts.who, inner, "plain"),
    ...labelled("Why", facts.why, inner),
    [],
    ...body(facts.summary, inner, "plain"),
    [],
    ...(facts.tried ? labelled("Tried", facts.tried, inner) : []),
    ...labelled("Next", facts.next, inner),
    ...(card.status === "open" || card.status === "claimed"
      ? [[], ...body(commands(buttons[card.status]), inner, "strong")]
      : []),
  ];
  const state = context.before && card.status === "open" ? "still waiting" : facts.state;
  return box(`${facts.id} · ${state} · ${card.priority}`, rows, context.width, "staff");
}

function labelled(label: string, text: string, width: number): Row[] {
  return wrap(text, width - 7).map((row, at) => [span((at === 0 ? label : "").padEnd(7), "dim"), span(row)]);
}

function turnText(report: TurnReport): string {
  const model = report.model === null ? "no model" : report.model;
  const calls = `${report.calls} ${report.calls === 1 ? "call" : "calls"}`;
  const cost = report.costMicros === 0 ? "free" : `$${(report.costMicros / 1_000_000).toFixed(4)}`;
  return [
    `turn: ${report.intent}`,
    ...(report.tier === null ? [] : [`tier ${report.tier}`]),
    model,
    ...(report.calls > 0 ? [calls, cost] : [cost]),
    report.outcome,
    ...(report.detail === undefined ? [] : [report.detail]),
  ]
    .map(cleanLine)
    .join(" · ");
}
