#!/usr/bin/env node
import { DeskhandError } from "../errors.ts";

interface Command {
  readonly summary: string;
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** Loaded when used, so that `deskhand search` does not pay for what `deskhand start` needs. */
const COMMANDS: Readonly<Record<string, Command>> = {
  start: {
    summary: "run every platform that has credentials; with none, the console [--role all|gateway|worker]",
    run: async (args) => (await import("./start.ts")).runStart(args),
  },
  chat: {
    summary: "the console: you are the customer, the staff channel is beside you (--json: the protocol)",
    run: async (args) => (await import("./chat.ts")).runChat(args),
  },
  ingest: {
    summary: "bring the knowledge base up to date: deskhand ingest [PATH …]",
    run: async (args) => (await import("./ingest.ts")).runIngest(args),
  },
  search: {
    summary: "what the knowledge base finds: deskhand search QUERY [--json] [-n 10] [--stdin]",
    run: async (args) => (await import("./search.ts")).runSearch(args),
  },
  report: {
    summary: "the numbers: [--json] [--since 7d] [--gaps]",
    run: async (args) => (await import("./report.ts")).runReport(args),
  },
  eval: {
    summary: "replay conversations and check what they expect: eval [FILE …] [--json] [--offline] [--yes]",
    run: async (args) => (await import("./eval.ts")).runEval(args),
  },
  shadow: {
    summary:
      "what would have become of the questions in a Slack or Discord export: shadow EXPORT [--staff NAMES]",
    run: async (args) => (await import("./shadow.ts")).runShadow(args),
  },
  customer: {
    summary: "one customer's data on all platforms: customer export|erase EMAIL [--yes]",
    run: async (args) => (await import("./customer.ts")).runCustomer(args),
  },
  doctor: {
    summary:
      "checks configuration, database, knowledge base, orders, mail, platforms, model; prints each fix",
    run: async (args) => (await import("./doctor.ts")).runDoctor(args),
  },
  trace: {
    summary: "the story of a conversation, turn or ticket: trace turn-17|T-1017|PLACE [--json]",
    run: async (args) => (await import("./trace.ts")).runTrace(args),
  },
  backup: {
    summary: "a copy of the database, also while Deskhand runs: backup [FILE] [--force]",
    run: async (args) => (await import("./backup.ts")).runBackup(args),
  },
  "migrate-store": {
    summary: "from SQLite to PostgreSQL: migrate-store file:PATH postgres://USER:PASSWORD@HOST/DATABASE",
    run: async (args) => (await import("./migrate-store.ts")).runMigrateStore(args),
  },
  health: {
    summary: "asks the Deskhand that runs here whether it lives, for a container's health check",
    run: async (args) => (await import("./health.ts")).runHealth(args),
  },
  slack: {
    summary: "slack manifest: what Slack makes the app from [--http] [--json]",
    run: async (args) => (await import("./slack.ts")).runSlack(args),
  },
  discord: {
    summary: "discord invite: the link that brings the bot to a server",
    run: async (args) => (await import("./discord.ts")).runDiscord(args),
  },
};

async function main(argv: readonly string[]): Promise<number> {
  const [name = "start", ...args] = argv;
  if (name === "help" || name === "--help" || name === "-h") return help(0);
  // Options before a command belong to `start`, the default.
  const command = name.startsWith("-") ? COMMANDS["start"] : COMMANDS[name];
  if (!command) {
    process.stderr.write(`There is no command "${name}".\n\n`);
    return help(2);
  }
  return command.run(name.startsWith("-") ? argv : args);
}

function help(code: number): number {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(13)} ${summary}`);
  const out = code === 0 ? process.stdout : process.stderr;
  out.write(
    `deskhand COMMAND [options]\n\n${lines.join("\n")}\n\nEvery command takes --config FILE (or DESKHAND_CONFIG).\n`,
  );
  return code;
}

// The reader of our output may go away (a pipe into head); that is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof DeskhandError) process.stderr.write(`${error.message}\n`);
  else if (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")) {
    process.stderr.write(`${error.message}\nSee deskhand help.\n`);
  } else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
