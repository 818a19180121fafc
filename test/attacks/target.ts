import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Mailer } from "../../src/adapter.ts";
import { type App, createApp } from "../../src/app.ts";
import { type Config, configSchema } from "../../src/config/schema.ts";
import type { Delivery, InboundBody, InboundEvent, Person } from "../../src/domain.ts";
import { ingest } from "../../src/knowledge/ingest.ts";
import type { Log } from "../../src/ops/log.ts";
import { openSqlite, type OpenedSqlite } from "../../src/store/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { sqliteReports } from "../../src/store/sqlite/reports.ts";
import { sqliteStore } from "../../src/store/sqlite/index.ts";
import type { Storage } from "../../src/store/storage.ts";
import type { Store } from "../../src/store/store.ts";
import { memoryPlatform, type MemoryPlatform, messageBody, noLog } from "../servers/shop.ts";

export const PLATFORMS = ["slack", "discord", "console"] as const;
export type Platform = (typeof PLATFORMS)[number];

/** The whole of Deskhand on platforms in memory: everything but the clients of Slack and Discord. */
export interface Target {
  readonly app: App;
  readonly store: Store;
  readonly config: Config;
  readonly opened: OpenedSqlite;
  readonly databasePath: string;
  readonly platforms: Readonly<Record<Platform | "desk", MemoryPlatform>>;
  readonly mails: { readonly to: string; readonly text: string }[];
  /** All that was delivered, on every platform, in order. */
  readonly delivered: readonly Delivery[];
  /** Everything is worked and delivered. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface TargetOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, unknown>>;
  /** Besides the sample shop's: by path, such as `internal/trap.md`. */
  readonly articles?: Readonly<Record<string, string>>;
  /** Instead of the sample shop's. */
  readonly orders?: readonly unknown[];
  readonly log?: Log;
  readonly now?: () => number;
  /** Instead of SQLite's; `opened` is not used then. */
  readonly ports?: Pick<Storage, "store" | "index" | "reports">;
}

const ACME = join(import.meta.dirname, "..", "..", "examples", "acme");

export async function startTarget(options: TargetOptions = {}): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), "deskhand-attack-"));
  const databasePath = join(folder, "deskhand.db");
  const orders = join(folder, "orders.json");
  if (options.orders) writeFileSync(orders, JSON.stringify(options.orders));
  const config = configSchema.parse({
    shop: { name: "Acme SaaS", link_hosts: ["acme.example", "app.acme.example", "status.acme.example"] },
    agent: { name: "Aria" },
    conversation: { quiet_window_ms: 0 },
    knowledge: { article_url: "https://help.acme.example/articles/{id}", internal_ids: ["internal/*"] },
    orders: { kind: "file", path: options.orders ? orders : join(ACME, "orders.json") },
    desk: { adapter: "desk", channel: "desk", ping: "SDESK" },
    ...options.config,
  });
  const opened = openSqlite(databasePath);
  const { store, index, reports } = options.ports ?? {
    store: sqliteStore(opened),
    index: openSqliteKnowledge(opened),
    reports: sqliteReports(opened.db),
  };
  await ingest({ sources: [join(ACME, "articles")], index, config: config.knowledge, now: Date.now });
  if (options.articles) await ingestMore(folder, options.articles, index, config);
  const delivered: Delivery[] = [];
  const mails: { to: string; text: string }[] = [];
  const mailer: Mailer = { send: async ({ to, text }) => void mails.push({ to, text }) };
  const app = createApp({
    loaded: { config, path: "deskhand.yaml", baseDir: ACME, isSample: false },
    env: { ...options.env },
    store,
    reports,
    index,
    mailer,
    log: options.log ?? noLog(),
    now: options.now ?? Date.now,
  });
  const platform = (name: string) => memoryPlatform(name, (delivery) => void delivered.push(delivery));
  const platforms = {
    slack: platform("slack"),
    discord: platform("discord"),
    console: platform("console"),
    desk: platform("desk"),
  };
  await app.start(Object.values(platforms).map((one) => Object.assign(one, verifying)));
  return {
    app,
    store,
    config,
    opened,
    databasePath,
    platforms,
    mails,
    delivered,
    settled: () => app.drained(),
    async close() {
      await app.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const verifying = { verifyHint: "Use the button below to verify an e-mail.", verifiesByMail: true } as const;

async function ingestMore(
  folder: string,
  articles: Readonly<Record<string, string>>,
  index: Parameters<typeof ingest>[0]["index"],
  config: Config,
): Promise<void> {
  const { mkdirSync } = await import("node:fs");
  const root = join(folder, "articles");
  for (const [path, text] of Object.entries(articles)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  await ingest({ sources: [root], index, config: config.knowledge, now: Date.now });
}

let events = 0;

/** An event with an id that was not used before. */
export function happens(
  adapter: Platform | "desk",
  key: string,
  sender: Person,
  body: InboundBody,
  visibility: InboundEvent["visibility"] = "private",
): InboundEvent {
  events += 1;
  return {
    eventId: `ev-${events}`,
    address: { adapter, key },
    visibility,
    sender,
    sentAt: Date.now(),
    body,
  };
}

export function says(
  adapter: Platform,
  key: string,
  sender: Person,
  text: string,
  more: { readonly isPublic?: boolean; readonly opens?: boolean; readonly files?: readonly string[] } = {},
): InboundEvent {
  events += 1;
  const body = messageBody(`msg-${events}`, text, {
    mode: more.isPublic ? "every_post" : "dm",
    opens: more.opens ?? true,
    attachments: (more.files ?? []).map((name) => ({
      name,
      mimeType: "text/plain",
      bytes: 1,
      adapter,
      ref: "r",
    })),
  });
  return happens(adapter, key, sender, body, more.isPublic ? "public" : "private");
}

/** An account that proved an e-mail. */
export function proves(adapter: Platform, sender: Person, email: string): InboundEvent {
  return happens(adapter, `dm-${sender.id}`, sender, { kind: "identity", email, method: "test" });
}
