import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export type Line = Readonly<Record<string, unknown>> & { readonly type: string };

export interface DeskhandProcess {
  /** Everything it has said on standard output. */
  readonly lines: readonly Line[];
  readonly errors: () => string;
  readonly folder: string;
  send(line: Readonly<Record<string, unknown>> | string): void;
  /** The first line after `since` that fits; waits for it. Fails with what was said when it does not come. */
  until(fits: (line: Line) => boolean, since?: number): Promise<Line>;
  /** Ends the input and waits for the process to finish what is under way. */
  end(): Promise<number | null>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export interface DeskhandOptions {
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Use the database of an earlier process. */
  readonly folder?: string;
}

const MAIN = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");
const WAIT_MS = 60_000;

/** The real program over its console protocol, with a database of its own. */
export function startDeskhand({
  config,
  env = {},
  folder = temporaryFolder(),
}: DeskhandOptions = {}): DeskhandProcess {
  const child = spawn(process.execPath, [MAIN, "chat", "--json", ...(config ? ["--config", config] : [])], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", LOG_LEVEL: "warn", DESKHAND_EMBEDDING: "none", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  child.stdin.on("error", () => undefined);
  createInterface({ input: child.stdout }).on("line", (text) => {
    lines.push(JSON.parse(text) as Line);
    for (const look of waiting) look();
  });
  const exited = new Promise<number | null>((resolve) => child.on("close", resolve));

  return {
    lines,
    errors: () => errors,
    folder,
    send(line) {
      child.stdin.write(`${typeof line === "string" ? line : JSON.stringify(line)}\n`);
    },
    until(fits, since = 0) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.slice(since).find(fits);
          if (found) done(() => resolve(found));
        };
        const done = (settle: () => void) => {
          clearTimeout(timer);
          waiting.delete(look);
          settle();
        };
        const fail = (why: string) =>
          done(() =>
            reject(
              new Error(
                `${why}; it said:\n${lines.map((line) => JSON.stringify(line)).join("\n")}\n${errors}`,
              ),
            ),
          );
        const timer = setTimeout(() => fail("the line did not come"), WAIT_MS);
        void exited.then((code) => {
          look();
          if (waiting.has(look)) fail(`the process ended with ${code}`);
          return code;
        });
        waiting.add(look);
        look();
      });
    },
    async end() {
      child.stdin.end();
      return exited;
    },
    async kill(signal = "SIGKILL") {
      child.kill(signal);
      await exited;
    },
  };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "deskhand-"));
  if (folders.length === 0) process.on("exit", removeFolders);
  folders.push(folder);
  return folder;
}

const folders: string[] = [];

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** Lines of the protocol, short enough to read a dialogue by. */
export function says(id: string, conversation: string, user: string, text: string, channel = "private") {
  return { type: "message", id, conversation, channel, user: { id: user, name: user }, text };
}

export function staff(escalation: string, user: string, text: string) {
  return { type: "staff", escalation, user: { id: user, name: user }, text };
}

export function action(name: string, target: Readonly<Record<string, unknown>>, user: string) {
  return { type: "action", action: name, user: { id: user, name: user }, ...target };
}

export const replyTo = (id: string) => (line: Line) =>
  line.type === "reply" && (line["inReplyTo"] as string[]).includes(id);
export const turnOf = (conversation: string) => (line: Line) =>
  line.type === "turn" && line["conversation"] === conversation;
export const cardOf = (conversation: string, status?: string) => (line: Line) =>
  line.type === "card" && line["conversation"] === conversation && (!status || line["status"] === status);
