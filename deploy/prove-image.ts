/**
 * Carries the Dockerfile out without a container engine: its stages in empty folders, its COPY and RUN as they stand, with
 * a Node of one's choice, then the program as ENTRYPOINT starts it.
 *
 *     node deploy/prove-image.ts [NODE …]
 *
 * NODE: paths of Node binaries; default: the one that runs this. Needs a registry for `npm ci`. Exits with 1 when
 * something is not as it must be.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { type Stage, stagesOf, wordsOf } from "./dockerfile.ts";

const ROOT = resolve(import.meta.dirname, "..");
const LONGEST_START_MS = 120_000;

interface Image {
  /** The folder that stands for `/`. */
  readonly root: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly health: readonly string[];
}

const nodes = process.argv.slice(2);
for (const node of nodes.length === 0 ? [process.execPath] : nodes) await prove(resolve(node));

async function prove(node: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "deskhand-image-"));
  try {
    const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
    const bin = join(folder, "bin");
    mkdirSync(bin);
    symlinkSync(node, join(bin, "node"));
    const path = `${bin}:${process.env["PATH"] ?? ""}`;
    const began = Date.now();
    const image = build(folder, path);
    const built = ((Date.now() - began) / 1_000).toFixed(1);
    const size = spawnSync("du", ["-sm", join(image.root, "app")], { encoding: "utf8" }).stdout.split(
      "\t",
    )[0];
    for (const name of ["typescript", "vitest", "oxlint", "node"]) {
      check(!existsSync(join(image.root, "app", "node_modules", name)), `no ${name} in the image`);
    }
    await answers(image, node);
    await lives(image, node);
    process.stdout.write(
      `${version}: built in ${built} s, /app has ${size} MB, answered, watched, stopped\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function build(folder: string, path: string): Image {
  const stages = stagesOf(readFileSync(join(ROOT, "Dockerfile"), "utf8"));
  const roots = new Map<string, string>();
  let image: Image | undefined;
  for (const [nth, stage] of stages.entries()) {
    const root = join(folder, `stage-${nth}`);
    mkdirSync(root);
    roots.set(stage.name ?? String(nth), root);
    image = carryOut(stage, root, roots, path);
  }
  if (!image) throw new Error("the Dockerfile has no stage");
  return image;
}

function carryOut(stage: Stage, root: string, roots: ReadonlyMap<string, string>, path: string): Image {
  let workdir = "/";
  const env: Record<string, string> = {};
  let [entry, command, health]: (readonly string[])[] = [[], [], []];
  for (const { name, rest } of stage.instructions) {
    switch (name) {
      case "WORKDIR":
        workdir = resolve(workdir, rest);
        mkdirSync(join(root, workdir), { recursive: true });
        break;
      case "ENV": {
        const [, key = "", value = ""] = /^(\w+)=(.*)$/.exec(rest) ?? [];
        env[key] = value;
        break;
      }
      case "COPY":
        copy(rest, { root, workdir }, roots);
        break;
      case "RUN":
        run(rest, { root, workdir, env, path });
        break;
      case "HEALTHCHECK":
        health = wordsOf(rest.slice(rest.indexOf("CMD ") + 4));
        break;
      case "ENTRYPOINT":
        entry = wordsOf(rest);
        break;
      case "CMD":
        command = wordsOf(rest);
        break;
      default:
        break;
    }
  }
  return { root, workdir, env, command: [...(entry ?? []), ...(command ?? [])], health: health ?? [] };
}

function copy(
  rest: string,
  { root, workdir }: { readonly root: string; readonly workdir: string },
  roots: ReadonlyMap<string, string>,
): void {
  const words = wordsOf(rest);
  const from = words.find((word) => word.startsWith("--from="))?.slice("--from=".length);
  const paths = words.filter((word) => !word.startsWith("--"));
  const base = from === undefined ? ROOT : roots.get(from);
  if (base === undefined) throw new Error(`COPY --from=${from}: there is no such stage`);
  const to = paths.at(-1) ?? "";
  for (const source of paths.slice(0, -1)) {
    const target = join(root, resolve(workdir, to), to.endsWith("/") ? source.replace(/.*\//, "") : "");
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(base, source), target, { recursive: true, verbatimSymlinks: true });
  }
}

/** Absolute paths of the image become paths in the folder that stands for it; owners are left as they are. */
function run(
  rest: string,
  at: {
    readonly root: string;
    readonly workdir: string;
    readonly env: Readonly<Record<string, string>>;
    readonly path: string;
  },
): void {
  const command = rest.replaceAll(/(?<=\s)\/(?=\w)/g, `${at.root}/`).replaceAll(/chown \S+/g, "ls -d");
  const ran = spawnSync("sh", ["-ec", command], {
    cwd: join(at.root, at.workdir),
    // The way to the registry is this machine's own.
    env: { ...process.env, ...at.env, PATH: at.path },
    encoding: "utf8",
  });
  check(ran.status === 0, `RUN ${rest}\n${ran.stdout}${ran.stderr}`);
}

/**
 * As the image starts it: nothing of this machine's environment, and nothing written outside of /data, which is what a
 * read-only file system would allow. (SQLite writes by itself and is not held by Node's permissions; its file is in /data.)
 */
function start(
  image: Image,
  node: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const inside = (text: string) => text.replace(/^(file:)?\/(?=app|data|shop)/, `$1${image.root}/`);
  const mapped = Object.fromEntries(
    Object.entries({ ...image.env, ...env }).map(([key, value]) => [key, inside(value)]),
  );
  const [, ...args] = words.map(inside);
  const held = [
    "--permission",
    "--allow-fs-read=*",
    `--allow-fs-write=${join(image.root, "data")}`,
    "--allow-addons",
    "--allow-worker",
  ];
  return spawn(node, [...held, "--disable-warning=SecurityWarning", ...args], {
    cwd: join(image.root, image.workdir),
    env: { PATH: "/usr/bin:/bin", ...mapped },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** One question through the console. */
async function answers(image: Image, node: string): Promise<void> {
  const child = start(image, node, [...image.command.slice(0, 2), "chat"]);
  child.stdin?.end("How do I reset my password?\n");
  const { code, text } = await ended(child);
  check(code === 0 && /reset/i.test(text) && /help\.acme\.example/.test(text), `an answer, not:\n${text}`);
  check(existsSync(join(image.root, "data", "deskhand.db")), "the database is on the volume");
}

/** With the operator's port: HEALTHCHECK fails before the start, passes while it runs, and SIGTERM ends it with 0. */
async function lives(image: Image, node: string): Promise<void> {
  const port = await freePort();
  const yaml = join(image.root, "shop", "deskhand.yaml");
  writeFileSync(yaml, `shop: { name: Acme }\nops: { http: { port: ${port} } }\n`);
  const env = { DESKHAND_CONFIG: "/shop/deskhand.yaml" };
  const healthy = async () => (await ended(start(image, node, image.health, env))).code === 0;
  check(!(await healthy()), "HEALTHCHECK fails while nothing runs");
  const child = start(image, node, image.command, env);
  const end = ended(child);
  const until = Date.now() + LONGEST_START_MS;
  while (!(await healthy())) {
    check(
      child.exitCode === null && Date.now() < until,
      `HEALTHCHECK passes; it said:\n${(await Promise.race([end, pause(100, { text: "" })])).text}`,
    );
    await pause(200);
  }
  const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  check(page.includes("deskhand_database_up 1"), "/metrics says that the database answers");
  child.kill("SIGTERM");
  const { code, text } = await end;
  check(code === 0, `SIGTERM ends it with 0, not ${code}:\n${text}`);
}

async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly text: string }> {
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once("close", done));
  return { code, text };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (typeof address !== "object" || address === null) throw new Error("no port is free");
  return address.port;
}

function check(right: boolean, what: string): void {
  if (right) return;
  process.stderr.write(`not so: ${what}\n`);
  process.exit(1);
}
