import { dollars, duration } from "../costs/report-text.ts";
import type { Message } from "../store/records.ts";
import type { Traced, TracedDelivery, TracedEvent, TracedTurn } from "../store/trace-port.ts";

/** The story for a person at a terminal: one turn after another, with what staff wrote between them. */
export function traceText(traced: Traced): string {
  const { conversation, customer, tickets, turns, staff, waiting } = traced;
  const { address } = conversation;
  const head = [
    `Conversation ${conversation.id}: ${address.adapter}:${address.key}${conversation.link === null ? "" : `  ${conversation.link}`}`,
    `Customer ${customer.id}: ${customer.name}, ${customer.email === null ? "no proved e-mail" : customer.email}`,
    ...tickets.map(
      (one) => `Ticket ${one.ticket}: ${one.status}, ${one.priority}, "${oneLine(one.subject)}"`,
    ),
  ];
  const story = [
    ...turns.map((turn) => ({ at: turn.finishedAt, lines: turnLines(turn) })),
    ...staff.map((message) => ({ at: message.createdAt, lines: staffLines(message) })),
  ].sort((a, b) => a.at - b.at);
  const rest = waiting.map((event) => [
    event.state === "pending" ? "waiting to be worked" : "put aside",
    ...eventLines(event),
  ]);
  return `${[head, ...story.map(({ lines }) => lines), ...rest].map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function turnLines(turn: TracedTurn): string[] {
  const first = turn.events[0]?.receivedAt ?? turn.startedAt;
  return [
    `${turn.id}  ${timeOf(turn.startedAt)}  ${turn.outcome}, ${duration(turn.finishedAt - first)} after the first message`,
    ...(turn.events.length === 0 ? ["  received  (erased)"] : turn.events.flatMap(eventLines)),
    ...row("read", readLine(turn)),
    ...row("found", foundLine(turn)),
    ...toolLines(turn),
    ...row("decided", [turn.outcome, turn.detail].filter((part) => part !== null && part !== "").join(": ")),
    ...escalationLines(turn),
    ...turn.security.flatMap((text) => row("security", text)),
    ...turn.ticketChanges.flatMap(({ ticket, actor, kind, detail }) =>
      row("ticket", `${ticket} ${kind} by ${actor}: ${oneLine(detail)}`),
    ),
    ...callLines(turn),
    ...turn.deliveries.flatMap(deliveryLines),
  ];
}

function eventLines({ seq, event, receivedAt, attempts, error }: TracedEvent): string[] {
  const { sender, body } = event;
  const words = "text" in body && typeof body.text === "string" ? `"${oneLine(body.text)}"` : "";
  const failed =
    attempts > 0 ? `; failed ${attempts} times${error === null ? "" : `: ${oneLine(error)}`}` : "";
  return row(
    "received",
    `#${seq} ${timeOf(receivedAt)} ${body.kind} of ${sender.name} (${sender.role}) ${words}${failed}`,
  );
}

function readLine({ intent, story }: TracedTurn): string {
  const { reading } = story as { reading?: Readonly<Record<string, unknown>> | null };
  if (!reading) return "";
  const signs = [
    reading["complexity"],
    reading["wantsHuman"] === true && "wants a person",
    reading["frustrated"] === true && "frustrated",
    ...(Array.isArray(reading["policy"])
      ? reading["policy"].map(
          (topic: { kind?: unknown; requested?: unknown }) =>
            `${String(topic.kind)}${topic.requested === true ? " requested" : " mentioned"}`,
        )
      : []),
    reading["language"],
  ].filter((sign) => typeof sign === "string");
  return `${intent} (${signs.join(", ")}), by ${String(reading["by"])}, confidence ${shown(reading["confidence"])}`;
}

function foundLine({ answerable, story }: TracedTurn): string {
  const { found = [], confidence } = story as {
    found?: readonly { readonly articleId: string; readonly score: number }[];
    confidence?: number | null;
  };
  if (answerable === null && found.length === 0) return "";
  const articles = found.map(({ articleId, score }) => `${articleId} ${shown(score)}`).join(", ");
  return `${answerable === true ? "answerable" : "nothing that answers it"}, confidence ${shown(confidence)}${articles === "" ? "" : `: ${articles}`}`;
}

function toolLines({ story }: TracedTurn): string[] {
  const { tools = [] } = story as {
    tools?: readonly { readonly name: string; readonly ok: boolean; readonly problem?: string }[];
  };
  return tools.flatMap(({ name, ok, problem }) =>
    row("tool", `${name} ${ok ? "worked" : `failed: ${oneLine(problem ?? "")}`}`),
  );
}

function escalationLines({ escalation }: TracedTurn): string[] {
  if (!escalation) return [];
  const { id, reason, status, claimedBy, summary, evidence } = escalation;
  const claimed = claimedBy === null ? "" : `, with ${claimedBy.name}`;
  return [
    ...row("handed", `${id}: ${reason}, now ${status}${claimed}; evidence ${JSON.stringify(evidence)}`),
    ...row("summary", oneLine(summary)),
  ];
}

function callLines({ ledger, costMicros, tier, model }: TracedTurn): string[] {
  if (ledger.length === 0) return [];
  const by =
    model === null
      ? "no model's answer was used"
      : `answered by ${model}${tier === null ? "" : `, tier ${tier}`}`;
  return [
    ...ledger.flatMap((call) => {
      const read = call.cacheReadTokens + call.cacheWrite5mTokens + call.cacheWrite1hTokens;
      const tokens = `${call.inputTokens} in, ${read} cached, ${call.outputTokens} out`;
      const state =
        call.state === "booked"
          ? tokens
          : call.state === "void"
            ? "refused"
            : "cut off, held at its worst cost";
      return row("call", `${call.purpose} ${call.model}: ${state}, ${dollars(call.micros)}`);
    }),
    ...row("cost", `${dollars(costMicros)}, ${by}`),
  ];
}

function deliveryLines({
  id,
  to,
  visibility,
  kind,
  text,
  state,
  attempts,
  sentAt,
  error,
}: TracedDelivery): string[] {
  const when = state === "sent" && sentAt !== null ? `sent ${timeOf(sentAt)}` : state;
  const tries = attempts > 1 ? ` after ${attempts} tries` : "";
  const why = error === null ? "" : ` (${oneLine(error)})`;
  return row(
    "said",
    `${id} ${kind} to ${to.adapter}:${to.key}, ${visibility}: ${when}${tries}${why}${text === null ? "" : `  "${oneLine(text)}"`}`,
  );
}

function staffLines({ role, authorName, text, createdAt }: Message): string[] {
  return [`${timeOf(createdAt)}  ${authorName}${role === "note" ? " (note)" : ""}: "${oneLine(text)}"`];
}

function row(name: string, text: string): string[] {
  return text === "" ? [] : [`  ${name.padEnd(9)} ${text}`];
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(Math.round(value * 100) / 100) : "–";
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}
