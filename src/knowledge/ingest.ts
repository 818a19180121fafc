import { createHash } from "node:crypto";
import { resolve } from "node:path";

import { messageOf } from "../errors.ts";
import { judgeAudience, matchesId, type AudienceRules, type TreatedAsInternal } from "./audience.ts";
import type { KnowledgeIndex, NewPassage, StoredArticle } from "./index-port.ts";
import type { Audience } from "./knowledge.ts";
import { withoutRelativeLinks } from "./links.ts";
import { readSource, type FoundArticle, type SourceError } from "./sources.ts";
import { pack, sectionsOf, type Section } from "./split.ts";
import { siteId } from "./web/read-page.ts";
import { isSite, readSite } from "./web/site.ts";

/** Raise it when the same article would be stored otherwise (splitter, audience rules): all are then taken anew. */
const PIPELINE = 6;

export interface IngestConfig extends AudienceRules {
  readonly article_url?: string | undefined;
}

export interface IngestProgress {
  readonly source: string;
  readonly done: number;
  readonly total: number;
}

export interface IngestOptions {
  /** Folders and files (a relative one is taken from the working directory) and addresses of web sites. */
  readonly sources: readonly string[];
  readonly index: KnowledgeIndex;
  /** The `knowledge` part of `deskhand.yaml`. */
  readonly config: IngestConfig;
  /** True when `sources` is all there is: articles of every other source are removed. */
  readonly complete?: boolean;
  readonly onProgress?: (progress: IngestProgress) => void;
  /** How the pauses between two requests to a site are waited for. */
  readonly wait?: (ms: number) => Promise<void>;
  readonly now: () => number;
}

export interface IngestSummary {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  /** Articles for staff only, in the whole knowledge base. */
  readonly internal: number;
  /** Added or changed in this run and hidden by the automatic check; name each to the operator. */
  readonly treatedAsInternal: readonly TreatedAsInternal[];
  /** Customer articles without a link, in the whole knowledge base. */
  readonly withoutLink: number;
  /** In the whole knowledge base. */
  readonly passages: number;
  readonly errors: readonly SourceError[];
  readonly ms: number;
}

/**
 * Brings the index up to date with the sources. Each article is a transaction of its own, so a run that was cut short
 * is finished by the next one. A file that cannot be read is reported and what was known of it stays.
 *
 * Throws `knowledge_source_missing` before anything is changed when a source is not there.
 */
export async function ingest(options: IngestOptions): Promise<IngestSummary> {
  const started = performance.now();
  const run: Run = {
    options,
    owners: new Map(),
    treated: [],
    errors: [],
    added: 0,
    changed: 0,
    unchanged: 0,
    removed: 0,
  };
  const named = options.sources.map((source) => (isSite(source) ? new URL(source).href : resolve(source)));
  const sources = [...new Set(named)];
  const contents = [];
  for (const source of sources) {
    if (!isSite(source)) contents.push({ source, ...(await readSource(source)) });
  }
  for (const { source, articles, errors } of contents) {
    run.errors.push(...errors);
    await ingestSource(run, source, articles, errors.length === 0);
  }
  for (const source of sources.filter(isSite)) await ingestSite(run, source);
  if (options.complete) await removeOtherSources(run, sources);
  const counts = await options.index.counts();
  return {
    added: run.added,
    changed: run.changed,
    unchanged: run.unchanged,
    removed: run.removed,
    internal: counts.internalArticles,
    treatedAsInternal: run.treated,
    withoutLink: counts.articlesWithoutLink,
    passages: counts.passages,
    errors: run.errors,
    ms: Math.round(performance.now() - started),
  };
}

interface Run {
  readonly options: IngestOptions;
  /** Which file gave each id in this run. */
  readonly owners: Map<string, string>;
  readonly treated: TreatedAsInternal[];
  readonly errors: SourceError[];
  added: number;
  changed: number;
  unchanged: number;
  removed: number;
}

async function ingestSource(
  run: Run,
  source: string,
  articles: readonly FoundArticle[],
  allRead: boolean,
): Promise<void> {
  const { index, onProgress } = run.options;
  const known = await index.hashesOf(source);
  let done = 0;
  for (const article of articles) {
    await ingestArticle(run, source, article, known);
    done += 1;
    onProgress?.({ source, done, total: articles.length });
  }
  // A file that could not be read today may hold any of the known articles, so none is taken for deleted.
  if (!allRead) return;
  const gone = [...known.keys()].filter((id) => !run.owners.has(id));
  await index.removeArticles(gone);
  run.removed += gone.length;
}

/** A page at a time, so that a large site is never in memory as a whole. */
async function ingestSite(run: Run, source: string): Promise<void> {
  const { index, config, onProgress, now, wait } = run.options;
  const rules = rulesOf(config);
  const known = await index.hashesOf(source);
  const pages = await index.pagesOf(source, rules);
  // An article that went meanwhile, to another source perhaps, must be sent again.
  const unchanged = new Map([...pages].filter(([, { articleId }]) => known.has(articleId)));
  const stored = new Map([...pages].map(([url, { articleId }]) => [url, articleId]));
  const seen: string[] = [];
  let [done, total] = [0, 0];
  for await (const event of readSite(source, { known: unchanged, ...(wait && { wait }) })) {
    if (event.kind === "pages") {
      total = event.total;
      continue;
    }
    done += 1;
    onProgress?.({ source, done, total });
    if (event.kind === "left_out") continue;
    const url = event.kind === "error" ? event.error.file : event.url;
    seen.push(url);
    if (event.kind === "page") {
      const { id: articleId } = event.article;
      const problems = run.errors.length;
      await ingestArticle(run, source, event.article, known);
      if (run.errors.length === problems)
        await index.savePage({ url, source, articleId, rules, ...event.validators }, now());
      continue;
    }
    if (event.kind === "error") run.errors.push(event.error);
    const articleId = event.kind === "kept" ? event.articleId : (stored.get(url) ?? siteId(url));
    run.owners.set(articleId, url);
    if (event.kind === "kept") run.unchanged += 1;
  }
  await index.keepPages(source, seen);
  const gone = [...known.keys()].filter((id) => !run.owners.has(id));
  await index.removeArticles(gone);
  run.removed += gone.length;
}

async function ingestArticle(
  run: Run,
  source: string,
  found: FoundArticle,
  known: ReadonlyMap<string, string>,
): Promise<void> {
  const { config, index, now } = run.options;
  const owner = run.owners.get(found.id);
  if (owner !== undefined) {
    run.errors.push({
      file: found.file,
      reason: `the id "${found.id}" is taken by ${owner}; this one was left out`,
    });
    return;
  }
  const contentHash = hashOf(found, config);
  if (known.get(found.id) === contentHash) {
    run.owners.set(found.id, found.file);
    run.unchanged += 1;
    return;
  }
  let built: Built;
  try {
    built = build(found, config);
  } catch (error) {
    run.owners.set(found.id, found.file);
    run.errors.push({ file: found.file, reason: messageOf(error) });
    return;
  }
  if (built.passages.length === 0) {
    run.errors.push({ file: found.file, reason: "nothing to read in it" });
    return;
  }
  run.owners.set(found.id, found.file);
  const article: StoredArticle = { id: found.id, source, contentHash, ...built.article };
  await index.replaceArticle(article, built.passages, now());
  if (built.treated) run.treated.push(built.treated);
  if (known.has(found.id)) run.changed += 1;
  else run.added += 1;
}

async function removeOtherSources(run: Run, sources: readonly string[]): Promise<void> {
  const { index } = run.options;
  for (const source of await index.sources()) {
    if (sources.includes(source)) continue;
    const ids = [...(await index.hashesOf(source)).keys()];
    await index.removeArticles(ids);
    run.removed += ids.length;
  }
}

/** Covers what the file said and what of the configuration decides about this article. */
function hashOf(found: FoundArticle, config: IngestConfig): string {
  const decides = [
    PIPELINE,
    found.id,
    found.raw,
    config.article_url ?? null,
    config.internal_titles,
    matchesId(found.id, config.internal_ids),
    matchesId(found.id, config.customer_ids),
  ];
  return createHash("sha256").update(JSON.stringify(decides)).digest("hex");
}

/** What decides how every page is taken in. */
function rulesOf({ article_url, internal_titles, internal_ids, customer_ids }: IngestConfig): string {
  const decides = [PIPELINE, article_url ?? null, internal_titles, internal_ids, customer_ids];
  return createHash("sha256").update(JSON.stringify(decides)).digest("hex");
}

interface Built {
  readonly article: { readonly title: string; readonly url: string | null; readonly audience: Audience };
  readonly passages: readonly NewPassage[];
  readonly treated: TreatedAsInternal | null;
}

function build(found: FoundArticle, config: IngestConfig): Built {
  const read = found.read();
  const sections = sectionsOf(withoutRelativeLinks(read.markdown, found.id, config.article_url));
  const heading = sections.find((section) => section.level > 0)?.path[0];
  const title = found.title ?? read.title ?? heading ?? fileTitle(found.id);
  const judged = judgeAudience({ id: found.id, title, audience: found.audience }, sections, config);
  const url =
    found.url ??
    config.article_url?.replaceAll("{id}", found.id.split("/").map(encodeURIComponent).join("/")) ??
    null;
  return {
    article: { title, url, audience: judged.audience },
    passages: passagesOf(sections, judged.sections, title),
    treated: judged.treated,
  };
}

/** A passage never crosses a heading: the heading path says what it is about, and its audience is the section's. */
function passagesOf(
  sections: readonly Section[],
  audiences: readonly Audience[],
  title: string,
): NewPassage[] {
  return sections.flatMap((section, at) =>
    pack(section.blocks).map((text) => ({
      heading: headingOf(section, title),
      text,
      audience: audiences[at] ?? "internal",
    })),
  );
}

function headingOf(section: Section, title: string): string {
  return section.path.filter((part) => part !== title).join(" › ");
}

/** `billing/refund-policy` reads as "refund policy", `billing/README` as "billing". */
function fileTitle(id: string): string {
  const [name = id, folder] = id.split("/").toReversed();
  if (folder !== undefined && /^(?:readme|index)$/i.test(name)) return fileTitle(folder);
  return name.replaceAll(/[-_]+/g, " ").trim() || id;
}
