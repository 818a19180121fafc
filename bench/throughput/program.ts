import { join } from "node:path";

import { type App, createApp } from "../../src/app.ts";
import { configSchema } from "../../src/config/schema.ts";
import { ingest } from "../../src/knowledge/ingest.ts";
import { createLog } from "../../src/ops/log.ts";
import { openSqlite } from "../../src/store/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { sqliteReports } from "../../src/store/sqlite/reports.ts";
import { sqliteStore } from "../../src/store/sqlite/index.ts";

const ACME = join(import.meta.dirname, "..", "..", "examples", "acme");
/** What bounds one customer or one day would only end the measurement. */
const BOUNDLESS = 1_000_000;

/**
 * The whole program but its platforms: inbox, turn, ledger and outbox on a database file with full durability, Claude's
 * SDK over HTTP.
 */
export async function openProgram(modelUrl: string, folder: string): Promise<App> {
  const config = configSchema.parse({
    shop: { name: "Acme SaaS", link_hosts: ["acme.example", "app.acme.example"] },
    conversation: { quiet_window_ms: 0, messages_per_minute: BOUNDLESS },
    budgets: { per_conversation: BOUNDLESS, per_customer_day: BOUNDLESS, per_day: BOUNDLESS },
    knowledge: { article_url: "https://help.acme.example/articles/{id}", internal_ids: ["internal/*"] },
    desk: { adapter: "crowd" },
  });
  const opened = openSqlite(join(folder, "deskhand.db"));
  const index = openSqliteKnowledge(opened);
  await ingest({ sources: [join(ACME, "articles")], index, config: config.knowledge, now: Date.now });
  return createApp({
    loaded: { config, path: "deskhand.yaml", baseDir: ACME, isSample: false },
    env: { ANTHROPIC_API_KEY: "sk-bench", ANTHROPIC_BASE_URL: modelUrl },
    store: sqliteStore(opened),
    reports: sqliteReports(opened.db),
    index,
    mailer: null,
    log: createLog("error"),
    now: Date.now,
  });
}
