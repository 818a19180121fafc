import { existsSync } from "node:fs";

import type { Finding } from "../adapter.ts";
import { fromBase, type LoadedConfig } from "../config/load.ts";
import { messageOf } from "../errors.ts";
import type { Embedder } from "../knowledge/dense/embedder.ts";
import type { KnowledgeIndex, VectorStore } from "../knowledge/index-port.ts";
import { isSite } from "../knowledge/web/site.ts";

/**
 * Whether there is something to answer from, whether it still is where it came from, and whether it is found by meaning.
 *
 * @param index null when there is no database yet.
 * @param embedder null when the configuration leaves vectors out. It is closed when it was asked.
 */
export async function checkKnowledge(
  { config, baseDir }: LoadedConfig,
  index: (KnowledgeIndex & VectorStore) | null,
  embedder: Embedder | null,
): Promise<Finding[]> {
  const configured = config.knowledge.sources.map((source) =>
    isSite(source) ? new URL(source).href : fromBase(baseDir, source),
  );
  // Whether a site answers is seen when it is ingested; a check does not call on it.
  const isThere = (source: string): boolean => isSite(source) || existsSync(source);
  const findings = configured.filter((source) => !isThere(source)).map(sourceMissing);
  const there = configured.filter(isThere);
  const known = (await index?.sources()) ?? [];
  const counts = await index?.counts();
  if (!counts || counts.articles === 0) return [...findings, empty(there)];
  const { articles, internalArticles, passages, articlesWithoutLink } = counts;
  if (internalArticles === articles) findings.push(allInternal(articles));
  else {
    const what = `${articles} articles in ${passages} passages; ${internalArticles} articles are for staff only.`;
    findings.unshift({ level: "ok", what });
  }
  const gone = known.filter((source) => !isThere(source) && !configured.includes(source));
  findings.push(...gone.map(sourceGone));
  findings.push(...there.filter((source) => !known.includes(source)).map(notIngested));
  if (articlesWithoutLink > 0) findings.push(withoutLink(articlesWithoutLink));
  if (index && embedder) findings.push(await byMeaning(index, embedder));
  return findings;
}

/** A model that is on a slow disk, or an endpoint far away. */
const ENGINE_MS = 30_000;

async function byMeaning(store: VectorStore, embedder: Embedder): Promise<Finding> {
  const { done, total } = await store.progress(embedder.model);
  try {
    const late = new Promise<never>((_, reject) => {
      const tell = () => reject(new Error(`no answer within ${ENGINE_MS / 1_000} s`));
      setTimeout(tell, ENGINE_MS).unref();
    });
    await Promise.race([embedder.embed(["Is the engine there?"], { urgent: true }), late]);
  } catch (error) {
    return {
      level: "warning",
      what: `Articles are found by their words alone: ${messageOf(error)}`,
      fix: "Run npm ci again, correct knowledge.embedding_url and its key, or set knowledge.embedding: none.",
    };
  } finally {
    await embedder.close();
  }
  if (done === total)
    return { level: "ok", what: `Found by meaning, too: ${total} texts with ${embedder.model}.` };
  return {
    level: "ok",
    what: `Found by meaning, too: ${done} of ${total} texts so far; the rest comes while Deskhand runs, or with deskhand ingest.`,
  };
}

function sourceMissing(source: string): Finding {
  return {
    level: "problem",
    what: `knowledge.sources: ${source} is not there.`,
    fix: "Correct the path (it is relative to the configuration file), or take it out.",
  };
}

function sourceGone(source: string): Finding {
  return {
    level: "warning",
    what: `Articles are still answered from that came from ${source}, which is no longer there.`,
    fix: "If they should go, run deskhand ingest --only with the paths that should stay.",
  };
}

function notIngested(source: string): Finding {
  return {
    level: "warning",
    what: `knowledge.sources: nothing has been read from ${source} yet.`,
    fix: "Run deskhand ingest.",
  };
}

function empty(there: readonly string[]): Finding {
  const files = there.filter((source) => !isSite(source));
  if (files.length > 0) return { level: "ok", what: `Empty; the first start reads ${files.join(", ")}.` };
  if (there.length > 0) {
    return {
      level: "problem",
      what: `Empty: nothing has been read from ${there.join(", ")} yet.`,
      fix: "Run deskhand ingest.",
    };
  }
  return {
    level: "problem",
    what: "The knowledge base is empty, so every question goes to a person.",
    fix: "List your articles under knowledge.sources, or run deskhand ingest PATH.",
  };
}

function allInternal(articles: number): Finding {
  return {
    level: "problem",
    what: `All ${articles} articles are for staff only, so every question goes to a person.`,
    fix: "Look at knowledge.internal_titles and internal_ids; `audience: customer` in an article's front matter opens it.",
  };
}

function withoutLink(count: number): Finding {
  return {
    level: "warning",
    what: `${count} articles have no link, so answers can only name them.`,
    fix: "Set knowledge.article_url, or `url` in the articles' front matter, and run deskhand ingest.",
  };
}
