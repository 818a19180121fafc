import robotsModule from "robots-parser";

import { DeskhandError, messageOf } from "../../errors.ts";
import { isOpenApi } from "../openapi.ts";
import { AGENT, fetchPage, isOnSite, type FetchDeps } from "./fetch-page.ts";
import { readPage, type KnownPage, type PageEvent } from "./read-page.ts";
import { isSitemap, readSitemap } from "./sitemap.ts";

export interface SiteOptions {
  readonly known: ReadonlyMap<string, KnownPage>;
  readonly wait?: (ms: number) => Promise<void>;
}

export type SiteEvent = { readonly kind: "pages"; readonly total: number } | PageEvent;

/** Between two requests, when robots.txt asks for no other pause. */
const PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const PAGE_LIMIT = 20_000;
const SITEMAP_LIMIT = 200;
/** Addresses that are no text, whatever a sitemap lists. */
const NOT_TEXT = /\.(?:png|jpe?g|gif|webp|svg|ico|pdf|zip|gz|mp4|webm|mp3|css|js|json|woff2?)$/i;

export function isSite(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/**
 * Reads a web site, one page after the other: the pages of its sitemap below the address given, or the one page when it
 * has none. robots.txt is obeyed; unchanged pages are not sent again; a page that fails does not stop the rest.
 *
 * Throws `knowledge_source_missing` when the site or its sitemap cannot be had, so that nothing is taken for deleted.
 */
export async function* readSite(
  source: string,
  { known, wait = sleep }: SiteOptions,
): AsyncGenerator<SiteEvent> {
  const start = new URL(source);
  const deps: FetchDeps = { host: start.host, wait };
  const robots = await readRobots(start, deps).catch((error: unknown) => {
    throw missing(source, error);
  });
  const pause = Math.min(LONGEST_PAUSE_MS, (robots.getCrawlDelay(AGENT) ?? 0) * 1_000 || PAUSE_MS);
  const pages = await listPages(start, robots.getSitemaps(), deps, pause, known.size).catch(
    (error: unknown) => {
      throw missing(source, error);
    },
  );
  yield { kind: "pages", total: pages.length };
  const mayRead = (url: string): boolean => !robots.isDisallowed(url, AGENT);
  for (const url of pages) {
    if (!mayRead(url)) {
      yield { kind: "left_out", url };
      continue;
    }
    await wait(pause);
    yield* readPage(url, { known, deps, mayRead, pause: async () => wait(pause) });
  }
}

// It is a CommonJS module whose types speak of a default export that is not there at run time.
const parseRobots = robotsModule as unknown as typeof robotsModule.default;
type Robots = ReturnType<typeof parseRobots>;

/** No robots.txt means that everything is allowed; a site that cannot say what is allowed is left alone. */
async function readRobots(start: URL, deps: FetchDeps): Promise<Robots> {
  const url = new URL("/robots.txt", start).href;
  const fetched = await fetchPage(url, null, deps);
  return parseRobots(url, fetched.kind === "page" ? fetched.text : "");
}

async function listPages(
  start: URL,
  named: readonly string[],
  deps: FetchDeps,
  pause: number,
  knownPages: number,
): Promise<string[]> {
  const given = await fetchPage(start.href, null, deps);
  if (given.kind !== "page") throw new Error("there is no such page");
  if (isSitemap(given.text)) {
    return follow(given.text, { urls: [], named: true }, deps, pause, () => true);
  }
  if (isOpenApi(given.text)) return [start.href];
  const below = new URL(".", start).href;
  const sitemaps =
    named.length > 0
      ? { urls: named, named: true }
      : { urls: [new URL("/sitemap.xml", start).href], named: false };
  const pages = await follow("", sitemaps, deps, pause, (url) => url.startsWith(below));
  if (pages.length === 0 && knownPages > 1) throw new Error("its sitemap is no longer there");
  // A page that is named is read even where there is no sitemap, or one that does not know it.
  return pages.length > 0 ? pages : [start.href];
}

async function follow(
  xml: string,
  { urls: first, named }: { readonly urls: readonly string[]; readonly named: boolean },
  deps: FetchDeps,
  pause: number,
  wanted: (url: string) => boolean,
): Promise<string[]> {
  const pages = new Set<string>();
  const seen = new Set<string>();
  const queue = [...first];
  const guessed = new Set(named ? [] : first);
  take(xml);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (seen.has(next) || seen.size >= SITEMAP_LIMIT || !isOnSite(new URL(next), deps.host)) continue;
    seen.add(next);
    await deps.wait(pause);
    const fetched = await fetchPage(next, null, deps);
    if (fetched.kind === "page") take(fetched.text);
    // Its pages would be taken for deleted.
    else if (!guessed.has(next)) throw new Error(`its sitemap ${next} is not there`);
  }
  return [...pages];

  function take(text: string): void {
    const { pages: found, sitemaps } = readSitemap(text);
    for (const url of found) {
      const isPage = isOnSite(new URL(url), deps.host) && !NOT_TEXT.test(new URL(url).pathname);
      if (isPage && wanted(url) && pages.size < PAGE_LIMIT) pages.add(url);
    }
    queue.push(...sitemaps);
  }
}

function missing(source: string, error: unknown): DeskhandError {
  return new DeskhandError(
    "knowledge_source_missing",
    `The knowledge source ${source} cannot be read: ${messageOf(error)}. Nothing of it was changed. Correct the address, or try again later.`,
    { cause: error },
  );
}

async function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
