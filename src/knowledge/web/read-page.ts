import { messageOf } from "../../errors.ts";
import { ABOUT, isOpenApi } from "../openapi.ts";
import {
  apiArticles,
  htmlArticle,
  markdownArticle,
  type FoundArticle,
  type SourceError,
} from "../sources.ts";
import { apiAddress, partUrl, viewerScript } from "./api-page.ts";
import { fetchPage, type FetchDeps, type Fetched, type Validators } from "./fetch-page.ts";

/** What is known of a page from the last time. */
export interface KnownPage extends Validators {
  readonly articleId: string;
}

export type PageEvent =
  | {
      readonly kind: "page";
      readonly url: string;
      readonly article: FoundArticle;
      readonly validators: Validators;
    }
  /** Unchanged, or not to be had today: what is known of it stays. */
  | { readonly kind: "kept"; readonly url: string; readonly articleId: string }
  | { readonly kind: "left_out"; readonly url: string }
  | { readonly kind: "error"; readonly error: SourceError };

export interface Reading {
  /** By address; a part of an API's description has the address of its page and a fragment. */
  readonly known: ReadonlyMap<string, KnownPage>;
  readonly deps: FetchDeps;
  readonly mayRead: (url: string) => boolean;
  /** Waited for before each further request. */
  readonly pause: () => Promise<void>;
}

/**
 * One page is one article. An OpenAPI description, or a page that shows one with one of the usual tools, is one for each
 * operation. Never rejects: what is wrong is an event, and what was known of the page stays.
 */
export async function* readPage(url: string, reading: Reading): AsyncGenerator<PageEvent> {
  const { known, deps } = reading;
  const parts = [...known].filter(([part]) => part.startsWith(`${url}#`));
  const kept = parts.map(([part, { articleId }]): PageEvent => ({ kind: "kept", url: part, articleId }));
  // Saved last, so a run that was cut short between two parts asks for the whole description again.
  const described = known.get(`${url}#${ABOUT}`) ?? null;
  const isDescription = /\.(?:json|ya?ml)$/i.test(new URL(url).pathname);
  const before = known.get(url) ?? (isDescription ? described : null);
  try {
    const page = await fetchPage(url, before, deps);
    if (page.kind === "not_modified" && parts.length > 0) return yield* kept;
    if (page.kind !== "page") return yield withoutText(url, page.kind, before);
    if (isOpenApi(page.text)) return yield* apiEvents(url, page, "");
    const spec = await describedAt(page, reading);
    if (spec === null) return yield pageEvent(url, page);
    const description = await fetchPage(spec, described, deps);
    if (description.kind === "not_modified") return yield* kept;
    if (description.kind === "gone") throw new Error(`its API description ${spec} is not there`);
    if (!isOpenApi(description.text)) throw new Error(`${spec} is no OpenAPI description`);
    yield* apiEvents(url, description, page.text);
  } catch (error) {
    // The caller hears of it, and keeps what it knows of the page.
    yield* kept;
    yield { kind: "error", error: { file: url, reason: messageOf(error) } };
  }
}

type Page = Extract<Fetched, { readonly kind: "page" }>;

/** Where the description lies that a page would show by a script; null for an ordinary page. */
async function describedAt(page: Page, { deps, mayRead, pause }: Reading): Promise<string | null> {
  if (!/html/.test(page.type)) return null;
  const script = viewerScript(page.text, page.url);
  let spec = apiAddress(page.text, page.url);
  if (spec === null && script !== null && mayRead(script)) {
    await pause();
    const fetched = await fetchPage(script, null, deps);
    spec = fetched.kind === "page" ? apiAddress(fetched.text, page.url) : null;
  }
  if (spec === null) return null;
  if (!mayRead(spec)) throw new Error(`robots.txt does not let its API description ${spec} be read`);
  await pause();
  return spec;
}

function* apiEvents(url: string, { text, validators }: Page, viewer: string): Generator<PageEvent> {
  const articles = apiArticles(text, siteId(url), url, (part) => partUrl(url, part, viewer));
  for (const article of articles) yield { kind: "page", url: article.file, article, validators };
}

function withoutText(url: string, kind: "gone" | "not_modified", before: KnownPage | null): PageEvent {
  return kind === "not_modified" && before
    ? { kind: "kept", url, articleId: before.articleId }
    : { kind: "left_out", url };
}

function pageEvent(url: string, { text, type, validators }: Page): PageEvent {
  const id = siteId(url);
  const isMarkdown = type === "text/markdown" || /\.(?:md|markdown)$/i.test(new URL(url).pathname);
  if (!isMarkdown && !/^(?:text\/html|application\/xhtml\+xml|)$/.test(type)) {
    throw new Error(`${type} is neither HTML nor Markdown`);
  }
  const read = isMarkdown ? markdownArticle(text, id, url) : htmlArticle(text, id, url);
  return { kind: "page", url, article: { ...read, id, url: read.url ?? url }, validators };
}

/** A page's article id: `https://help.example.com/billing/refunds/` becomes `help.example.com/billing/refunds`. */
export function siteId(url: string): string {
  const { host, pathname, search } = new URL(url);
  return `${host}${pathname}`.replace(/\/(?:index\.html?)?$/, "").replace(/\.html?$/, "") + search;
}
