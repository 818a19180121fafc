import { spawn } from "node:child_process";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs one command of the program to its end, in a folder, with nothing of this machine's environment but PATH. */
export async function deskhand(
  args: readonly string[],
  options: {
    readonly folder: string;
    readonly input?: string;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Ran> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: options.folder,
    env: { PATH: process.env["PATH"] ?? "", LOG_LEVEL: "warn", DESKHAND_EMBEDDING: "none", ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, out, err };
}
