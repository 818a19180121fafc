import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { LoadedConfig } from "../config/load.ts";
import type { KnowledgeIndex } from "../knowledge/index-port.ts";
import { ingest } from "../knowledge/ingest.ts";
import type { ReportStore } from "../store/reports-port.ts";
import { openSqliteStorage } from "../store/sqlite/storage.ts";
import type { Store } from "../store/store.ts";
import { sourcesOf } from "./open.ts";

/** A database for one replay, with the configured articles in it. The operator's own is neither read nor written. */
export interface Temporary {
  readonly store: Store;
  readonly reports: ReportStore;
  readonly index: KnowledgeIndex;
  /** Closes the store, when nobody has yet, and takes the file away. */
  remove(): Promise<void>;
}

export async function openTemporary(loaded: LoadedConfig): Promise<Temporary> {
  const folder = mkdtempSync(join(tmpdir(), "deskhand-replay-"));
  const storage = openSqliteStorage(join(folder, "deskhand.db"));
  const { store, reports, index } = storage;
  const configured = sourcesOf(loaded);
  const sources = configured.filter((source) => existsSync(source));
  const missing = configured.filter((source) => !sources.includes(source));
  if (missing.length > 0) {
    process.stderr.write(`Not in this replay, which reads folders and files only: ${missing.join(", ")}\n`);
  }
  if (sources.length > 0) {
    await ingest({ sources, index, config: loaded.config.knowledge, now: Date.now });
  }
  return {
    store,
    reports,
    index,
    async remove() {
      await storage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
