import type { GapFact, TicketFact } from "./reports-port.ts";

/** What the stores read out of what they keep for a report. */

interface StatusChange {
  readonly ticket: string;
  readonly at: number;
  readonly detail: string;
}

type OpenedTicket = Omit<TicketFact, "escalated" | "turningPoints">;

/** Tickets with what became of them; `changes` are all changes of their status, oldest first. */
export function ticketFacts(
  opened: readonly OpenedTicket[],
  changes: readonly StatusChange[],
  escalated: ReadonlySet<string>,
): TicketFact[] {
  const byTicket = Map.groupBy(changes, (change) => change.ticket);
  return opened.map((row) => ({
    ...row,
    escalated: escalated.has(row.ticket),
    turningPoints: (byTicket.get(row.ticket) ?? []).flatMap(turningPoint),
  }));
}

/** A status change is logged as `pending → resolved`. */
function turningPoint({ at, detail }: StatusChange): TicketFact["turningPoints"][number][] {
  const [before, after] = detail.split(" → ").map((status) => status === "resolved" || status === "closed");
  if (before === after) return [];
  return [{ at, to: after ? "resolved" : "open" }];
}

interface Unanswerable extends Omit<GapFact, "tools" | "solvedBy"> {
  readonly story: Readonly<Record<string, unknown>>;
  readonly ticket: string | null;
}

/** Questions with what staff wrote that solved them; `solutions` are those of all tickets, the newest last. */
export function gapFacts(
  asked: readonly Unanswerable[],
  solutions: readonly { readonly ticket: string; readonly note: string | null }[],
): GapFact[] {
  const written = solutions.flatMap(({ ticket, note }) => (note === null ? [] : [[ticket, note] as const]));
  const byTicket = new Map(written);
  return asked.map(({ story, ticket, ...fact }) => ({
    ...fact,
    tools: toolsThatWorked(story["tools"]),
    solvedBy: byTicket.get(ticket ?? "") ?? null,
  }));
}

/** The names of the tools in a turn's story that did what they were asked. */
function toolsThatWorked(tools: unknown): string[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool: { name?: unknown; ok?: unknown } | null) =>
    typeof tool?.name === "string" && tool.ok === true ? [tool.name] : [],
  );
}
