import { type DestinationStream, type Logger, pino } from "pino";

import { errorFacts, lineCleaner } from "./log-clean.ts";

export type Log = Logger;

/**
 * The log, as JSON lines on standard error: standard output belongs to the console. Each line is cleaned as a whole
 * before it leaves, so that it does not matter who logs what: see `log-clean.ts`.
 *
 * A turn is `turn-17` from its first event on, its deliveries are `turn-17.1`, `turn-17.2`; every line about one of them has
 * the turn's id as `turn`.
 */
export function createLog(
  level: string,
  to: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Log {
  return pino(
    {
      level,
      base: null,
      serializers: { err: errorFacts },
      formatters: { log: withTurn },
      hooks: { streamWrite: lineCleaner(process.env) },
    },
    to,
  );
}

/** A delivery's id begins with its turn's. */
function withTurn(facts: Record<string, unknown>): Record<string, unknown> {
  const { delivery } = facts;
  const [turn] = typeof delivery === "string" ? (/^turn-\d+/.exec(delivery) ?? []) : [];
  return turn === undefined ? facts : { turn, ...facts };
}
