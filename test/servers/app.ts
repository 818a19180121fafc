import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";

import { pino } from "pino";
import { onTestFinished } from "vitest";

import type { Adapter, Mailer } from "../../src/adapter.ts";
import { createApp } from "../../src/app.ts";
import type { InboundBody, InboundEvent, OutboundContent } from "../../src/domain.ts";
import { ingest } from "../../src/knowledge/ingest.ts";
import { openSqlite } from "../../src/store/open.ts";
import { feedback } from "../../src/store/schema.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { sqliteReports } from "../../src/store/sqlite/reports.ts";
import { sqliteStore } from "../../src/store/sqlite/index.ts";
import { eventOf, type MemoryPlatform, memoryPlatform, messageBody, shopConfig, T0, until } from "./shop.ts";

const ORDERS = join(import.meta.dirname, "..", "..", "examples", "acme", "orders.json");
const ARTICLE =
  "# Reset your password\n\nTo reset your password, open Settings, then Security, then Reset password.\n";

export interface AppRigOptions {
  readonly mailer?: Mailer | null;
  /** Over those of a platform whose customers prove an e-mail with a code. */
  readonly chat?: Partial<Adapter>;
  /** Platforms beside `chat` and `desk`. */
  readonly more?: readonly Adapter[];
}

/**
 * The whole app on platforms in memory: customers on `chat`, staff on `desk`, one article, the sample shop's orders, the
 * offline model, and a clock that the test turns.
 */
export async function openApp({ mailer = null, chat: given = {}, more = [] }: AppRigOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), "deskhand-app-"));
  const opened = openSqlite(join(folder, "deskhand.db"));
  const index = openSqliteKnowledge(opened);
  const config = shopConfig({
    desk: { adapter: "desk", channel: "support" },
    conversation: { quiet_window_ms: 0 },
    orders: { kind: "file", path: ORDERS },
  });
  const article = join(folder, "reset-password.md");
  writeFileSync(article, ARTICLE);
  await ingest({ sources: [article], index, config: config.knowledge, now: Date.now });
  const log: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      log.push(String(chunk));
      done();
    },
  });
  let now = T0;
  const store = sqliteStore(opened);
  const app = createApp({
    loaded: { config, path: "deskhand.yaml", baseDir: folder, isSample: false },
    env: {},
    store,
    reports: sqliteReports(opened.db),
    index,
    mailer,
    log: pino({ level: "trace" }, stream),
    now: () => now,
  });
  const chat: MemoryPlatform = {
    ...memoryPlatform("chat"),
    verifiesByMail: true,
    verifyHint: "Use the button to verify your e-mail.",
    ...given,
  };
  const desk = memoryPlatform("desk", ({ id, content }) => ({
    messageId: `p-${id}`,
    ...(content.kind === "card" && {
      thread: { adapter: "desk", key: `thread-${content.card.escalationId}` },
    }),
  }));
  await app.start([chat, desk, ...more]);
  onTestFinished(async () => {
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  let count = 0;
  /** Sends it in and waits until all that follows from it at this time has happened. */
  async function send(body: InboundBody, event: Partial<InboundEvent> = {}, on: MemoryPlatform = chat) {
    count += 1;
    const address = { adapter: on.name, key: "c1" };
    await on.intake(eventOf(`e${count}`, body, { address, sentAt: now, ...event }));
    await app.drained();
  }

  return {
    app,
    store,
    chat,
    desk,
    send,
    async says(text: string, event: Partial<InboundEvent> = {}, on: MemoryPlatform = chat) {
      await send(messageBody(`m${count + 1}`, text), event, on);
    },
    later(ms: number) {
      now += ms;
    },
    now: () => now,
    log: () => log.join(""),
    thumbs(): { readonly answer: string; readonly user: string; readonly helpful: boolean }[] {
      return opened.db
        .select({ answer: feedback.answer, user: feedback.userId, helpful: feedback.helpful })
        .from(feedback)
        .all();
    },
    /** Every value in every table. */
    rows(): string {
      const tables = opened.connection
        .prepare<[], { name: string }>("select name from sqlite_master where type = 'table'")
        .all();
      return JSON.stringify(
        tables.map(({ name }) => opened.connection.prepare(`select * from "${name}"`).all()),
      );
    },
    /** The database as it lies on the disk, with what was written over in it. */
    files(): string {
      return readdirSync(folder)
        .filter((name) => name.startsWith("deskhand.db"))
        .map((name) => readFileSync(join(folder, name), "latin1"))
        .join("");
    },
    until,
  };
}

export type AppRig = Awaited<ReturnType<typeof openApp>>;

/** What a platform was given last. */
export function last({ sent }: Pick<MemoryPlatform, "sent">) {
  const delivery = sent.at(-1);
  if (!delivery) throw new Error("nothing was sent");
  return delivery;
}

export function textOf(content: OutboundContent): string {
  return "text" in content ? content.text : "";
}
