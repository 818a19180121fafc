import { parseArgs } from "node:util";

import type { Adapter } from "../adapter.ts";
import { type Role, ROLES } from "../app.ts";
import { DeskhandError } from "../errors.ts";
import { deskDoesNotRun } from "../ops/check-platforms.ts";
import { createLog, type Log } from "../ops/log.ts";
import { converse, face } from "./chat.ts";
import { open, type Opened } from "./open.ts";
import { platformsOf, prepare, signalled } from "./running.ts";

/**
 * `deskhand start`: every platform that has credentials; with none, the console. `--role` divides the work between
 * processes that share a PostgreSQL.
 */
export async function runStart(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { config: { type: "string" }, role: { type: "string", default: "all" } },
  });
  const role = ROLES.find((one) => one === values.role);
  if (!role) {
    process.stderr.write(`--role: "${values.role}" was given. Allowed: ${ROLES.join(", ")}.\n`);
    return 2;
  }
  const opened = await open(values.config);
  const log = createLog(process.env["LOG_LEVEL"] ?? opened.loaded.config.log_level);
  const platforms = await platformsOf(opened, log);
  if (role !== "all") refuseDivision(opened, role, platforms);
  if (platforms.length > 0) return serve(opened, platforms, role);
  refuseDeskNobodySees(opened, ["console"]);
  return converse(opened, face());
}

async function serve(opened: Opened, platforms: readonly Adapter[], role: Role): Promise<number> {
  const names = platforms.map(({ name }) => name);
  refuseDeskNobodySees(opened, names);
  const { app, log, lines, lock } = await prepare(opened, {
    platforms: platforms.map(({ name, holds }) => (holds ? `${name} (${holds})` : name)),
    role,
  });
  process.stderr.write(`${lines.join("\n")}\n`);
  const stopping = signalled();
  try {
    await app.start(platforms);
    log.info({ platforms: names, role }, "running");
    const end = await Promise.race([stopping, app.lost]);
    if (end !== "signal") throw end;
  } finally {
    await inTime(async () => {
      await app.stop();
      await lock.release();
    }, log);
  }
  return 0;
}

/** Stopping gives back what is under way within seconds; what hangs beyond that is a connection that is gone already. */
const LONGEST_STOP_MS = 9_000;

/** Whatever was not given back by then is taken over when its lease runs out. The timer also keeps the process until then. */
async function inTime(stop: () => Promise<void>, log: Log): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), LONGEST_STOP_MS);
  });
  const end = await Promise.race([stop(), tooLong]);
  clearTimeout(timer);
  if (end !== "late") return;
  log.warn("stopping took too long and was broken off; the next start goes on with what is left");
  // With the code that comes of what was to be done; something that hangs would keep the process for ever.
  setTimeout(() => process.exit(), 200);
}

function refuseDivision({ storage }: Opened, role: Role, platforms: readonly Adapter[]): void {
  if (storage.queue === null) {
    throw new DeskhandError(
      "config_invalid",
      `--role ${role} is for several processes that share a PostgreSQL database, and ${storage.place} is a file that one process works. Set DATABASE_URL=postgres://…, or leave out --role.`,
    );
  }
  if (platforms.length === 0) {
    throw new DeskhandError(
      "config_invalid",
      `--role ${role} needs the credentials of Slack or Discord, which every process is given. The console is one process.`,
    );
  }
}

/** Also the console: whoever keeps a desk elsewhere and forgot its credentials must not mistake the one for the other. */
function refuseDeskNobodySees({ loaded: { config } }: Opened, running: readonly string[]): void {
  if (running.includes(config.desk.adapter)) return;
  const { what, fix } = deskDoesNotRun(config.desk.adapter, running, process.env);
  const console = running.includes("console") ? "\nTo try it in the console: npm start -- chat" : "";
  throw new DeskhandError("config_invalid", `${what}\n${fix}${console}`);
}
