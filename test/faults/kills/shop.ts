import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { configSchema } from "../../../src/config/schema.ts";
import { ingest } from "../../../src/knowledge/ingest.ts";
import { openStorage } from "../../../src/store/open-storage.ts";

const ACME = join(import.meta.dirname, "..", "..", "..", "examples", "acme");

/**
 * A folder with a configuration and a database that has the sample shop's articles in it already, so that a start is
 * nothing but a start. `databaseUrl`: an empty database, when it shall not be a file in the folder.
 */
export async function openShop(
  sections: Readonly<Record<string, unknown>>,
  databaseUrl?: string,
): Promise<string> {
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
  const storage = await openStorage(databaseUrl ?? `file:${databaseIn(folder)}`);
  const sources = [join(ACME, "articles")];
  await ingest({
    sources,
    index: storage.index,
    config: configSchema.parse(config).knowledge,
    now: Date.now,
  });
  await storage.close();
  return folder;
}

export function databaseIn(folder: string): string {
  return join(folder, "data", "deskhand.db");
}

export function closeShop(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
