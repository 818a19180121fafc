import { parseArgs } from "node:util";

import { secretsRemover, withStrings } from "../ops/secrets.ts";
import { traceText } from "../ops/trace-text.ts";
import type { TraceName } from "../store/trace-port.ts";
import { open } from "./open.ts";

const USAGE =
  "deskhand trace CONVERSATION|TURN|TICKET|ESCALATION [--json]\n\n" +
  "Such as turn-17 (or turn-17.1, as a log names a delivery), T-1017, E-17, a conversation's number, or its place on its " +
  "platform, such as discord:112233445566778899.\n";

/**
 * `deskhand trace NAME`: what came in, what was read, found, decided and said, what it cost, and what became of each
 * delivery. It shows what customers wrote, because it is the operator's own terminal; keys, cards and passwords never.
 */
export async function runTrace(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { config: { type: "string" }, json: { type: "boolean", default: false } },
  });
  const [given, ...more] = positionals;
  if (given === undefined || more.length > 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { storage } = await open(values.config);
  try {
    const found = await storage.trace.trace(nameIn(given));
    if (!found) {
      process.stderr.write(`Nothing here is called ${given}.\n\n${USAGE}`);
      return 1;
    }
    const traced = withStrings(found, secretsRemover(process.env));
    process.stdout.write(values.json ? `${JSON.stringify(traced, null, 2)}\n` : traceText(traced));
    return 0;
  } finally {
    await storage.close();
  }
}

function nameIn(given: string): TraceName {
  const [turn] = /^turn-\d+/.exec(given) ?? [];
  if (turn !== undefined) return { turn };
  if (/^T-\d+$/.test(given)) return { ticket: given };
  if (/^E-\d+$/.test(given)) return { escalation: given };
  if (/^\d{1,15}$/.test(given)) return { conversation: Number(given) };
  return { place: given };
}
