import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";

import { pino } from "pino";

import type { Mailer } from "../../src/adapter.ts";
import { type App, createApp } from "../../src/app.ts";
import type { Delivery, InboundBody, InboundEvent, OutboundContent } from "../../src/domain.ts";
import { ingest } from "../../src/knowledge/ingest.ts";
import { type OpenedSqlite, openSqlite } from "../../src/store/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { sqliteReports } from "../../src/store/sqlite/reports.ts";
import { sqliteStore } from "../../src/store/sqlite/index.ts";
import type { Storage } from "../../src/store/storage.ts";
import type { Store } from "../../src/store/store.ts";
import { eventOf, type MemoryPlatform, memoryPlatform, messageBody, shopConfig } from "../servers/shop.ts";

export interface RigOptions {
  /** Between the app and its store: faults go in here. */
  readonly wrap?: (store: Store) => Store;
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly mailer?: Mailer;
  readonly now?: () => number;
  /** Called when a delivery is at the customers' platform; a throw is a failure of the platform. */
  readonly onSend?: (delivery: Delivery, signal: AbortSignal) => Promise<void> | void;
  /** Called once the database is there, before anything runs. */
  readonly prepare?: (opened: OpenedSqlite) => void;
}

/** The whole program in this process: customers on `chat`, staff on `desk`, both in memory; a real SQLite file. */
export interface Rig {
  readonly app: App;
  readonly store: Store;
  readonly opened: OpenedSqlite;
  readonly path: string;
  readonly chat: MemoryPlatform;
  readonly desk: MemoryPlatform;
  /** Something happens in a customer's place. */
  happens(eventId: string, key: string, body: InboundBody, more?: Partial<InboundEvent>): Promise<unknown>;
  says(id: string, key: string, text: string, more?: Partial<InboundEvent>): Promise<unknown>;
  /** The texts that customers saw in a place. */
  seenIn(key: string): string[];
  /** What staff saw of everything. */
  seenByStaff(): string[];
  readonly log: () => string;
  close(): Promise<void>;
}

export type SharedRig = Omit<Rig, "opened" | "path">;

const ARTICLES = {
  "reset-password.md":
    "# Reset your password\n\nTo reset your password, open Settings, then Security, then Reset password.\n",
  "export.md":
    "# Export a project as CSV\n\nTo export a project as CSV, open the project and choose Export, then CSV.\n",
};

export async function openRig(options: RigOptions = {}): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), "deskhand-rig-"));
  const path = join(folder, "deskhand.db");
  const opened = openSqlite(path);
  options.prepare?.(opened);
  const ports = {
    store: sqliteStore(opened),
    index: openSqliteKnowledge(opened),
    reports: sqliteReports(opened.db),
    queue: null,
  };
  return { ...(await openRigOn(ports, folder, options)), opened, path };
}

/** The same on the ports of any database; articles are in `folder`, which is gone with it. */
export async function openRigOn(
  { store, index, reports, queue }: Pick<Storage, "store" | "index" | "reports" | "queue">,
  folder: string,
  options: Omit<RigOptions, "prepare"> = {},
): Promise<SharedRig> {
  const config = shopConfig({
    desk: { adapter: "desk", channel: "support" },
    conversation: { quiet_window_ms: 0 },
    ...options.config,
  });
  const sources = Object.entries(ARTICLES).map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
  await ingest({ sources, index, config: config.knowledge, now: Date.now });
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const app = createApp({
    loaded: { config, path: "deskhand.yaml", baseDir: folder, isSample: false },
    env: { ...options.env },
    store: options.wrap?.(store) ?? store,
    reports,
    index,
    queue,
    mailer: options.mailer ?? null,
    log: pino({ level: "warn" }, stream),
    now: options.now ?? Date.now,
  });
  const chat: MemoryPlatform = {
    ...memoryPlatform("chat", (delivery, _attempt, signal) => options.onSend?.(delivery, signal)),
    verifiesByMail: true,
    verifyHint: "Use the button to verify your e-mail.",
  };
  const desk = memoryPlatform("desk", ({ id, content }) => ({
    messageId: `p-${id}`,
    ...(content.kind === "card" && {
      thread: { adapter: "desk", key: `thread-${content.card.escalationId}` },
    }),
  }));
  await app.start([chat, desk]);
  const happens: Rig["happens"] = (eventId, key, body, more = {}) =>
    chat.intake(
      eventOf(eventId, body, {
        address: { adapter: "chat", key },
        sentAt: (options.now ?? Date.now)(),
        ...more,
      }),
    );
  return {
    app,
    store,
    chat,
    desk,
    happens,
    says: (id, key, text, more) => happens(id, key, messageBody(id, text), more),
    seenIn: (key) => chat.sent.filter(({ to }) => to.key === key).map(({ content }) => textOf(content)),
    seenByStaff: () => desk.sent.map(({ content }) => textOf(content)),
    log: () => lines.join(""),
    async close() {
      await app.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function textOf(content: OutboundContent): string {
  if (content.kind === "card") return `card ${content.card.ticket}: ${content.card.summary}`;
  return "text" in content ? content.text : content.kind;
}

export function isAi({ content }: Delivery): boolean {
  return content.kind === "reply" && content.by === "ai";
}
