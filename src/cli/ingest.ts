import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { messageOf } from "../errors.ts";
import { embedPending } from "../knowledge/dense/embed-pending.ts";
import { openEmbedder } from "../knowledge/dense/open-embedder.ts";
import { ingest, type IngestProgress, type IngestSummary } from "../knowledge/ingest.ts";
import { isSite } from "../knowledge/web/site.ts";
import { open, type Opened, sourcesOf } from "./open.ts";

/** `deskhand ingest [PATH|URL …]`: what is named, otherwise the configured sources. */
export async function runIngest(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { config: { type: "string" } },
  });
  const opened = await open(values.config);
  try {
    const sources =
      positionals.length > 0
        ? positionals.map((path) => (isSite(path) ? path : resolve(path)))
        : sourcesOf(opened.loaded);
    if (sources.length === 0) {
      process.stderr.write(
        "There is nothing to ingest: name a path or a site, or list some under knowledge.sources.\n",
      );
      return 2;
    }
    const summary = await ingest({
      sources,
      index: opened.storage.index,
      config: opened.loaded.config.knowledge,
      // What the configuration no longer names shall not go on answering.
      complete: positionals.length === 0,
      onProgress: showProgress(),
      now: Date.now,
    });
    process.stdout.write(summaryText(summary));
    await giveVectors(opened);
    return summary.errors.length > 0 ? 1 : 0;
  } finally {
    await opened.storage.close();
  }
}

/** A person waits for so long; a knowledge base of more than some thousand articles goes on while Deskhand runs. */
const VECTORS_WITHIN_MS = 600_000;

/** The articles answer by their words already; what this adds is kept as it comes, so it may be cut short. */
async function giveVectors({ loaded, storage: { index } }: Opened): Promise<void> {
  const threads = Math.min(2, availableParallelism());
  const embedder = openEmbedder(loaded.config.knowledge, process.env, { threads });
  if (!embedder) return;
  const late = AbortSignal.timeout(VECTORS_WITHIN_MS);
  const started = performance.now();
  const before = await index.progress(embedder.model);
  try {
    const onProgress = showVectors(before.done);
    await embedPending({ store: index, embedder, signal: late, onProgress });
    const { done, total } = await index.progress(embedder.model);
    if (done === before.done && done === total) return;
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    const rest = done < total ? "; the rest comes while Deskhand runs, or with the next ingest" : "";
    process.stdout.write(`${done} of ${total} texts are also found by meaning, after ${seconds} s${rest}.\n`);
  } catch (error) {
    process.stderr.write(`The articles are found by words alone for now: ${messageOf(error)}\n`);
  } finally {
    await embedder.close();
  }
}

function showVectors(before: number): (progress: { readonly done: number; readonly total: number }) => void {
  const started = performance.now();
  const inPlace = process.stderr.isTTY;
  let last = -Infinity;
  return ({ done, total }) => {
    const now = performance.now();
    if (done < total && now - last < (inPlace ? PROGRESS_MS : VECTOR_PROGRESS_MS)) return;
    last = now;
    const left = ((now - started) / Math.max(1, done - before)) * (total - done);
    const about = done > before && done < total ? `, about ${Math.ceil(left / 1_000)} s left` : "";
    const text = `meaning: ${done} of ${total} texts${about} (Ctrl-C is fine: words find them already)`;
    process.stderr.write(inPlace ? `\r${text.padEnd(100)}${done === total ? "\n" : ""}` : `${text}\n`);
  };
}

const PROGRESS_MS = 500;
const VECTOR_PROGRESS_MS = 10_000;

/** A line that is written over on a terminal, a line now and then elsewhere. */
function showProgress(): (progress: IngestProgress) => void {
  let last = 0;
  const inPlace = process.stderr.isTTY;
  return ({ source, done, total }) => {
    const now = performance.now();
    if (done < total && now - last < PROGRESS_MS) return;
    last = now;
    const text = `${source}: ${done} of ${total} articles`;
    process.stderr.write(inPlace ? `\r${text}${done === total ? "\n" : ""}` : `${text}\n`);
  };
}

function summaryText(summary: IngestSummary): string {
  const {
    added,
    changed,
    unchanged,
    removed,
    internal,
    treatedAsInternal,
    withoutLink,
    passages,
    errors,
    ms,
  } = summary;
  const lines = [
    `${added} added, ${changed} changed, ${unchanged} unchanged, ${removed} removed in ${(ms / 1_000).toFixed(1)} s.`,
    `The knowledge base has ${passages} passages; ${internal} articles are for staff only.`,
  ];
  if (withoutLink > 0) {
    lines.push(
      `${withoutLink} articles have no link; set knowledge.article_url, so that answers can name them.`,
    );
  }
  if (treatedAsInternal.length > 0) {
    lines.push(
      "Treated as internal because they speak to staff (front matter `audience: customer` or knowledge.customer_ids overrides):",
      ...treatedAsInternal.map((item) => `  - ${describe(item)}`),
    );
  }
  if (errors.length > 0) {
    lines.push("Not read:", ...errors.map(({ file, reason }) => `  - ${file}: ${reason}`));
  }
  return `${lines.join("\n")}\n`;
}

function describe({ title, articleId, what, evidence }: IngestSummary["treatedAsInternal"][number]): string {
  const part = what === "article" ? "the whole article" : what.join(", ");
  return `${title} (${articleId}): ${part}, because of ${evidence.join("; ")}`;
}
