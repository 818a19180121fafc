import { existsSync } from "node:fs";

import { fromBase, loadConfig, type LoadedConfig } from "../config/load.ts";
import type { Embedder } from "../knowledge/dense/embedder.ts";
import { openEmbedder } from "../knowledge/dense/open-embedder.ts";
import { createSemantic } from "../knowledge/dense/semantic.ts";
import { ingest, type IngestProgress, type IngestSummary } from "../knowledge/ingest.ts";
import type { Knowledge } from "../knowledge/knowledge.ts";
import { createKnowledge } from "../knowledge/search.ts";
import { isSite } from "../knowledge/web/site.ts";
import { connectionsOf } from "../store/database-url.ts";
import { openStorage } from "../store/open-storage.ts";
import type { Storage } from "../store/storage.ts";

export interface Opened {
  readonly loaded: LoadedConfig;
  readonly storage: Storage;
}

/** What every command begins with: the configuration and the database. */
export async function open(config: string | undefined): Promise<Opened> {
  const loaded = loadConfig(config, process.env, process.cwd());
  const connections = connectionsOf(process.env);
  return { loaded, storage: await openStorage(process.env["DATABASE_URL"], { connections }) };
}

/** The search as it is configured, and what embeds for it; null when nothing does. */
export function openKnowledge(
  { loaded, storage: { index } }: Opened,
  options: {
    readonly threads?: number;
    /** How long a question's vector is waited for, when nobody waits for an answer in a chat. */
    readonly deadlineMs?: number;
    readonly onTrouble: (problem: string) => void;
  },
): { readonly knowledge: Knowledge; readonly embedder: Embedder | null } {
  const embedder = openEmbedder(loaded.config.knowledge, process.env, options);
  const { deadlineMs, onTrouble } = options;
  const waits = deadlineMs === undefined ? {} : { deadlineMs };
  const semantic = embedder && createSemantic({ store: index, embedder, now: Date.now, onTrouble, ...waits });
  return { knowledge: createKnowledge(index, semantic), embedder };
}

/** The configured sources, absolute; sites as they stand there. */
export function sourcesOf({ config, baseDir }: LoadedConfig): string[] {
  return config.knowledge.sources.map((source) => (isSite(source) ? source : fromBase(baseDir, source)));
}

/**
 * Makes the first run answer questions: ingests the configured sources when the knowledge base is empty, and brings
 * them up to date when they were ingested before. Articles that were ingested by hand from elsewhere are left alone, and
 * so are web sites: a start does not wait for the network.
 */
export async function ensureKnowledge(
  { loaded, storage: { index } }: Opened,
  onProgress?: (progress: IngestProgress) => void,
): Promise<IngestSummary | null> {
  const configured = sourcesOf(loaded).filter((source) => !isSite(source) && existsSync(source));
  const known = await index.sources();
  const wanted = known.length === 0 ? configured : configured.filter((source) => known.includes(source));
  if (wanted.length === 0) return null;
  return ingest({
    sources: wanted,
    index,
    config: loaded.config.knowledge,
    now: Date.now,
    ...(onProgress && { onProgress }),
  });
}
