import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { pino } from "pino";
import { onTestFinished } from "vitest";

import { platformsFor } from "../../adapters/index.ts";
import { createMailer } from "../../adapters/mail/index.ts";
import { type App, createApp, type Role } from "../../src/app.ts";
import { type Config, configSchema } from "../../src/config/schema.ts";
import { ingest } from "../../src/knowledge/ingest.ts";
import { openStorage } from "../../src/store/open-storage.ts";
import type { ReportStore } from "../../src/store/reports-port.ts";
import type { Store } from "../../src/store/store.ts";

/** Deskhand as `deskhand start` runs it, on whatever platforms `env` names, in this process. */
export interface Program {
  readonly app: App;
  readonly store: Store;
  readonly reports: ReportStore;
  readonly config: Config;
  readonly role: Role;
  /** Stops it and starts it anew on the same database. */
  restart(): Promise<Program>;
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Sections of `deskhand.yaml`, over those of a small shop that sells mugs. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly folder?: string;
  /** A `DATABASE_URL` that other programs use, too; without it a file of its own. */
  readonly database?: string;
  readonly role?: Role;
}

const ACME = join(import.meta.dirname, "..", "..", "examples", "acme");

/** The sample shop's articles and orders, the offline model, no quiet window: what is asked is answered at once. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "deskhand-program-"));
  const config = configSchema.parse({
    shop: { name: "Acme SaaS", link_hosts: ["acme.example", "app.acme.example"] },
    agent: { name: "Aria" },
    conversation: { quiet_window_ms: 0 },
    knowledge: { article_url: "https://help.acme.example/articles/{id}", internal_ids: ["internal/*"] },
    orders: { kind: "file", path: join(ACME, "orders.json") },
    ...options.config,
  });
  const storage = await openStorage(options.database ?? `file:${join(folder, "deskhand.db")}`);
  const { store, reports, index, queue } = storage;
  if ((await index.counts()).articles === 0) {
    const sources = [join(ACME, "articles")];
    await ingest({ sources, index, config: config.knowledge, now: Date.now });
  }
  const log = pino({ level: process.env["TEST_LOG"] ?? "silent" }, pino.destination(2));
  const smtp = options.env["SMTP_URL"];
  const app = createApp({
    loaded: { config, path: "deskhand.yaml", baseDir: ACME, isSample: false },
    env: { ...options.env },
    store,
    reports,
    index,
    queue,
    role: options.role ?? "all",
    mailer: smtp === undefined ? null : createMailer(smtp, "support@acme.example"),
    log,
    now: Date.now,
  });
  let isRunning = true;
  const stop = async () => {
    if (!isRunning) return;
    isRunning = false;
    await app.stop();
  };
  onTestFinished(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await app.start(await platformsFor({ config, env: { ...options.env }, log, now: Date.now }));
  return {
    app,
    store,
    reports,
    config,
    role: options.role ?? "all",
    stop,
    async restart() {
      await stop();
      return startProgram({ ...options, folder });
    },
  };
}
