import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The program as an operator runs it. */
export interface Running {
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  /** What it wrote on standard error. */
  readonly errors: () => string;
  /** Resolves once it has written that. Never when it dies before. */
  said(sign: string): Promise<void>;
  kill(signal: "SIGKILL" | "SIGTERM"): Promise<Exit>;
}

/** `npm run faults` sets the variable to the same program in one file. */
const MAIN =
  process.env["DESKHAND_PROGRAM"] ?? join(import.meta.dirname, "..", "..", "..", "src", "cli", "main.ts");
const COMPILED = join(tmpdir(), "deskhand-compiled");

export function run(
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
  crashAt: string | null,
): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"] ?? "",
      LOG_LEVEL: "info",
      // A start is to be cheap: it is what this suite does most. Nothing here is about what is found.
      DESKHAND_EMBEDDING: "none",
      NODE_COMPILE_CACHE: COMPILED,
      ...env,
      ...(crashAt !== null && { DESKHAND_CRASH_AT: crashAt }),
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  child.stdin.on("error", () => undefined);
  const exited = new Promise<Exit>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  return {
    child,
    exited,
    errors: () => errors,
    async said(sign) {
      while (!errors.includes(sign)) await once(child.stderr, "data");
    },
    kill(signal) {
      child.kill(signal);
      return exited;
    },
  };
}
