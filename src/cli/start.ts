import { parseArgs } from "node:util";

import type { Adapter } from "../adapter.ts";
import { DeskhandError } from "../errors.ts";
import { createLog } from "../ops/log.ts";
import { converse, face } from "./chat.ts";
import { open, type Opened } from "./open.ts";
import { platformsOf, prepare, signalled } from "./running.ts";

/** `deskhand start`: every platform that has credentials; with none, the console. */
export async function runStart(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { config: { type: "string" } } });
  const opened = open(values.config);
  const log = createLog(process.env["LOG_LEVEL"] ?? opened.loaded.config.log_level);
  const platforms = await platformsOf(opened, log);
  return platforms.length === 0 ? converse(opened, face()) : serve(opened, platforms);
}

async function serve(opened: Opened, platforms: readonly Adapter[]): Promise<number> {
  const names = platforms.map(({ name }) => name);
  refuseDeskNobodySees(opened, names);
  const { app, log, lines, lock } = await prepare(opened, { platforms: names });
  process.stderr.write(`${lines.join("\n")}\n`);
  const stopping = signalled();
  try {
    await app.start(platforms);
    log.info({ platforms: names }, "running");
    await stopping;
  } finally {
    await app.stop();
    lock.release();
  }
  return 0;
}

/** An escalation that no person would ever see is a promise broken; better not to begin. */
function refuseDeskNobodySees({ loaded: { config } }: Opened, running: readonly string[]): void {
  if (running.includes(config.desk.adapter)) return;
  throw new DeskhandError(
    "config_invalid",
    `desk.adapter is "${config.desk.adapter}", which does not run, so no person would ever see an escalation. ` +
      `Set desk.adapter to one that runs (${running.join(", ")}) and desk.channel to the id of the staff channel there.`,
  );
}
