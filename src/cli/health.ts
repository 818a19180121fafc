import { parseArgs } from "node:util";

import { loadConfig } from "../config/load.ts";
import { messageOf } from "../errors.ts";

const ANSWER_MS = 5_000;

/**
 * `deskhand health`: asks the Deskhand that runs here for its `/healthz`, for a container's health check. 0 when it
 * answers, and when `ops.http` is not set: then there is nobody to ask.
 */
export async function runHealth(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { config: { type: "string" } } });
  const { http } = loadConfig(values.config, process.env, process.cwd()).config.ops;
  if (!http) {
    process.stdout.write("ops.http is not set: nothing to ask.\n");
    return 0;
  }
  const url = `http://${reachable(http.host)}:${http.port}/healthz`;
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    process.stdout.write(`${url} answers ${status}.\n`);
    return status === 200 ? 0 : 1;
  } catch (error) {
    process.stdout.write(`${url} does not answer (${messageOf(error)}).\n`);
    return 1;
  }
}

/** What listens on every address is asked on this machine's own. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
