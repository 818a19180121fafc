import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { configSchema } from "../../../src/config/schema.ts";
import { ingest } from "../../../src/knowledge/ingest.ts";
import { openSqlite } from "../../../src/store/open.ts";
import { openSqliteKnowledge } from "../../../src/store/sqlite-knowledge.ts";

const ACME = join(import.meta.dirname, "..", "..", "..", "examples", "acme");

/**
 * A folder with a configuration and a database that has the sample shop's articles in it already, so that a start is
 * nothing but a start.
 */
export async function openShop(sections: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "deskhand-faults-"));
  const config = {
    shop: { name: "Acme SaaS", link_hosts: ["acme.example", "app.acme.example"] },
    agent: { name: "Aria" },
    conversation: { quiet_window_ms: 0 },
    orders: { kind: "file", path: join(ACME, "orders.json") },
    ...sections,
  };
  // YAML is a superset of JSON.
  writeFileSync(join(folder, "deskhand.yaml"), JSON.stringify(config, null, 2));
  mkdirSync(join(folder, "data"));
  const opened = openSqlite(databaseIn(folder));
  const index = openSqliteKnowledge(opened);
  const sources = [join(ACME, "articles")];
  await ingest({ sources, index, config: configSchema.parse(config).knowledge, now: Date.now });
  opened.connection.close();
  return folder;
}

export function databaseIn(folder: string): string {
  return join(folder, "data", "deskhand.db");
}

export function closeShop(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
