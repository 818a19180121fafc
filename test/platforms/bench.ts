import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { pino } from "pino";
import { onTestFinished } from "vitest";

import { platformsFor } from "../../adapters/index.ts";
import { createMailer } from "../../adapters/mail/index.ts";
import { type App, createApp } from "../../src/app.ts";
import { type Config, configSchema } from "../../src/config/schema.ts";
import { ingest } from "../../src/knowledge/ingest.ts";
import { openSqlite } from "../../src/store/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { sqliteReports } from "../../src/store/sqlite/reports.ts";
import { sqliteStore } from "../../src/store/sqlite/index.ts";
import type { ReportStore } from "../../src/store/reports-port.ts";
import type { Store } from "../../src/store/store.ts";

/** Deskhand as `deskhand start` runs it, on whatever platforms `env` names, in this process. */
export interface Program {
  readonly app: App;
  readonly store: Store;
  readonly reports: ReportStore;
  readonly config: Config;
  /** Stops it and starts it anew on the same database. */
  restart(): Promise<Program>;
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Sections of `deskhand.yaml`, over those of a small shop that sells mugs. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly folder?: string;
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
  const opened = openSqlite(join(folder, "deskhand.db"));
  const index = openSqliteKnowledge(opened);
  if ((await index.counts()).articles === 0) {
    const sources = [join(ACME, "articles")];
    await ingest({ sources, index, config: config.knowledge, now: Date.now });
  }
  const log = pino({ level: process.env["TEST_LOG"] ?? "silent" }, pino.destination(2));
  const store = sqliteStore(opened);
  const reports = sqliteReports(opened.db);
  const smtp = options.env["SMTP_URL"];
  const app = createApp({
    loaded: { config, path: "deskhand.yaml", baseDir: ACME, isSample: false },
    env: { ...options.env },
    store,
    reports,
    index,
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
    stop,
    async restart() {
      await stop();
      return startProgram({ ...options, folder });
    },
  };
}
