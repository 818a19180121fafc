import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Adapter } from "../../src/adapter.ts";
import { createApp } from "../../src/app.ts";
import type { Intake, OutboundContent } from "../../src/domain.ts";
import type { KnowledgeIndex } from "../../src/knowledge/index-port.ts";
import type { Usage } from "../../src/models/model.ts";
import { createLog } from "../../src/ops/log.ts";
import { openSqlite } from "../../src/store/open.ts";
import { sqliteReports } from "../../src/store/sqlite/reports.ts";
import { sqliteStore } from "../../src/store/sqlite/index.ts";
import type { CallPlan, Store } from "../../src/store/store.ts";
import type { ClaudeServer } from "../../test/servers/claude.ts";
import type { Asked, Call, Design } from "./asked.ts";
import { bankConfig } from "./bank.ts";

/**
 * The whole program as an operator runs it: inbox, turn, ledger and outbox on a database file, Claude over the real SDK.
 * Only the platform is of the benchmark.
 */
export async function openOurs(server: ClaudeServer, index: KnowledgeIndex): Promise<Design> {
  const folder = mkdtempSync(join(tmpdir(), "deskhand-bench-"));
  const books = new Map<string, Call[]>();
  const platform = benchPlatform(books);
  const opened = openSqlite(join(folder, "deskhand.db"));
  const app = createApp({
    loaded: bankConfig(),
    env: { ANTHROPIC_API_KEY: "sk-bench", ANTHROPIC_BASE_URL: server.url },
    store: watched(sqliteStore(opened), books),
    reports: sqliteReports(opened.db),
    mailer: null,
    index,
    log: createLog("warn"),
    now: Date.now,
  });
  await app.start([platform.adapter]);
  return {
    name: "Deskhand",
    ask: platform.ask,
    violations: () => server.violations,
    requests: () => server.requests.map(({ body }) => body),
    async close() {
      await app.drained();
      await app.stop();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The store, with each call's reservation kept beside what was booked for it: the ledger itself keeps only the latter. */
function watched(store: Store, books: Map<string, Call[]>): Store {
  const plans = new Map<number, CallPlan>();
  return {
    ...store,
    async reserveCall(plan, limits, now) {
      const reservation = await store.reserveCall(plan, limits, now);
      if (reservation.kind === "reserved") plans.set(reservation.callId, plan);
      return reservation;
    },
    async bookCall(callId: number, model: string, usage: Usage, micros: number) {
      await store.bookCall(callId, model, usage, micros);
      const plan = plans.get(callId);
      if (!plan) throw new Error(`call ${callId} was booked and never reserved`);
      const { turnId, purpose, tier, worstMicros } = plan;
      const calls = books.get(turnId) ?? [];
      books.set(turnId, [...calls, { purpose, tier, model, usage, micros, reservedMicros: worstMicros }]);
    },
  };
}

const ENDED: Readonly<Record<string, Asked["ended"]>> = { answered: "answered", escalated: "handed over" };

interface Waiting {
  readonly question: string;
  readonly askedAt: number;
  repliedAt: number | null;
  readonly done: (asked: Asked) => void;
}

/** A platform on which each question is a customer of its own in a private conversation of its own. */
function benchPlatform(books: ReadonlyMap<string, readonly Call[]>) {
  const waiting = new Map<string, Waiting>();
  let intake: Intake | undefined;
  let asked = 0;

  function arrived(key: string, content: OutboundContent): void {
    const one = waiting.get(key);
    if (!one) return;
    if (content.kind === "reply") one.repliedAt ??= performance.now();
    if (content.kind !== "turn") return;
    waiting.delete(key);
    const { turnId, outcome, tier } = content.report;
    one.done({
      question: one.question,
      ended: ENDED[outcome] ?? "other",
      tier: outcome === "answered" ? tier : null,
      calls: books.get(turnId) ?? [],
      ms: (one.repliedAt ?? performance.now()) - one.askedAt,
    });
  }

  const adapter: Adapter = {
    name: "bench",
    wantsReports: true,
    async start(host) {
      intake = host.intake;
    },
    async stop() {},
    async send({ id, to, content }) {
      arrived(to.key, content);
      return { messageId: id };
    },
  };

  async function ask(question: string): Promise<Asked> {
    asked += 1;
    const key = `q${asked}`;
    return new Promise((done, reject) => {
      waiting.set(key, { question, askedAt: performance.now(), repliedAt: null, done });
      const message = {
        kind: "message",
        messageId: key,
        text: question,
        mode: "dm",
        attachments: [],
      } as const;
      intake?.({
        eventId: key,
        address: { adapter: "bench", key },
        visibility: "private",
        sender: { id: `customer-${key}`, name: "Ann", role: "customer" },
        sentAt: Date.now(),
        body: { ...message, opens: true, addressed: true },
      }).catch(reject);
    });
  }

  return { adapter, ask };
}
