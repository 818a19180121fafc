import { readdir, readFile, stat } from "node:fs/promises";
import { basename, extname, join, relative, resolve, sep } from "node:path";

import { z } from "zod";

import { DeskhandError, messageOf } from "../errors.ts";
import { problems, readFrontMatter } from "./front-matter.ts";
import { readHtml } from "./html.ts";
import type { Audience } from "./knowledge.ts";
import { isOpenApi, readOpenApi, type ApiPart } from "./openapi.ts";

/** An article as it was found, before anything was decided about it. */
export interface FoundArticle {
  readonly id: string;
  /** Where it was read, for messages. */
  readonly file: string;
  readonly title: string | null;
  readonly url: string | null;
  readonly audience: Audience | undefined;
  /** Everything that was read of it; what the content hash is made of. */
  readonly raw: string;
  /** The article as Markdown and the title that its text gives. Not called when nothing changed: HTML is slow to read. */
  readonly read: () => { readonly markdown: string; readonly title: string | null };
}

export interface SourceError {
  readonly file: string;
  readonly reason: string;
}

export interface SourceContents {
  readonly articles: readonly FoundArticle[];
  readonly errors: readonly SourceError[];
}

const MARKDOWN = new Set([".md", ".mdx", ".markdown"]);
const HTML = new Set([".html", ".htm"]);
const YAML = new Set([".yaml", ".yml"]);
/** No article is this long; a log or an export that strayed into the folder is. */
const FILE_LIMIT_BYTES = 20_000_000;

/**
 * Reads a folder (with the folders in it), or one file. A file that cannot be read is an entry in `errors`.
 * Throws `knowledge_source_missing` when the source itself is not there.
 */
export async function readSource(source: string): Promise<SourceContents> {
  const root = resolve(source);
  const info = await stat(root).catch((error: unknown) => {
    throw new DeskhandError(
      "knowledge_source_missing",
      `The knowledge source ${root} cannot be read (${messageOf(error)}). Create it, or correct knowledge.sources in deskhand.yaml.`,
      { cause: error },
    );
  });
  if (info.isDirectory()) return readFolder(root);
  const found = await readOne(root, basename(root), true);
  return (
    found ?? {
      articles: [],
      errors: [
        { file: root, reason: "not Markdown, HTML, a JSON list of articles or an OpenAPI description" },
      ],
    }
  );
}

async function readFolder(root: string): Promise<SourceContents> {
  const articles: FoundArticle[] = [];
  const errors: SourceError[] = [];
  for (const file of await filesBelow(root, errors)) {
    const found = await readOne(file, relative(root, file), false);
    articles.push(...(found?.articles ?? []));
    errors.push(...(found?.errors ?? []));
  }
  return { articles, errors };
}

/** Sorted, so that a run reads the same folder in the same order everywhere. Hidden folders are not articles. */
async function filesBelow(folder: string, errors: SourceError[]): Promise<string[]> {
  const files: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    errors.push({ file: folder, reason: messageOf(error) });
    return [];
  });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await filesBelow(path, errors)));
    else files.push(path);
  }
  return files;
}

/** Null when the file is of no kind we read. `named`: the operator named this very file. */
async function readOne(file: string, name: string, named: boolean): Promise<SourceContents | null> {
  const ending = extname(file).toLowerCase();
  const mayList = ending === ".json";
  if (!MARKDOWN.has(ending) && !HTML.has(ending) && !YAML.has(ending) && !mayList) return null;
  try {
    const text = await readText(file);
    const id = name
      .slice(0, name.length - extname(name).length)
      .split(sep)
      .join("/");
    if ((mayList || YAML.has(ending)) && isOpenApi(text))
      return { articles: apiArticles(text, id, file, () => null), errors: [] };
    if (mayList) return readList(text, file, named);
    // Any other YAML is somebody else's.
    if (YAML.has(ending)) return null;
    return {
      articles: [HTML.has(ending) ? htmlArticle(text, id, file) : markdownArticle(text, id, file)],
      errors: [],
    };
  } catch (error) {
    return { articles: [], errors: [{ file, reason: messageOf(error) }] };
  }
}

async function readText(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > FILE_LIMIT_BYTES) throw new Error(`${Math.round(size / 1e6)} MB is too large for an article`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof TypeError) throw new Error("not UTF-8 text", { cause: error });
    throw error;
  }
}

/** A Markdown file or page; `pathId` is taken unless its front matter names an id. */
export function markdownArticle(text: string, pathId: string, file: string): FoundArticle {
  const { matter, body } = readFrontMatter(text);
  return {
    id: matter.id ?? pathId,
    file,
    title: matter.title ?? null,
    url: matter.url ?? null,
    audience: matter.audience,
    raw: text,
    read: () => ({
      markdown: extname(file).toLowerCase() === ".mdx" ? withoutModules(body) : body,
      title: null,
    }),
  };
}

/** The lines of an MDX file that are program, not text. */
function withoutModules(body: string): string {
  return body.replaceAll(
    /^(?:import\s[^\n]*\sfrom\s+["'][^\n]*|import\s+["'][^\n]*|export\s+(?:const|default|let|function)\s[^\n]*)$/gm,
    "",
  );
}

/** An HTML file or page. */
export function htmlArticle(text: string, pathId: string, file: string): FoundArticle {
  const meta = (name: string): string | undefined =>
    new RegExp(`<meta\\s+name=["']${name}["']\\s+content=["']([^"']*)["']`, "i").exec(text)?.[1];
  const audience = meta("audience");
  const canonical = /<link\s+rel=["']canonical["']\s+href=["'](https?:\/\/[^"']+)["']/i.exec(text)?.[1];
  return {
    id: pathId,
    file,
    title: null,
    url: canonical ?? null,
    audience: audience === "internal" || audience === "customer" ? audience : undefined,
    raw: text,
    read: () => readHtml(text),
  };
}

/** An OpenAPI description, an article for each operation: `api#listOrders`. `urlOf` says where a part is shown. */
export function apiArticles(
  text: string,
  pathId: string,
  file: string,
  urlOf: (part: ApiPart) => string | null,
): FoundArticle[] {
  return readOpenApi(text).map((part) => ({
    id: `${pathId}#${part.key}`,
    file: `${file}#${part.key}`,
    title: part.title,
    url: urlOf(part),
    audience: undefined,
    raw: JSON.stringify([part.title, part.markdown]),
    read: () => ({ markdown: part.markdown, title: null }),
  }));
}

const listEntry = z.object({
  id: z.union([z.string().min(1), z.number().transform(String)]),
  title: z.string().min(1),
  content: z.string(),
  url: z.url({ protocol: /^https?$/ }).nullish(),
  audience: z.enum(["customer", "internal"]).nullish(),
});

/** A list whose entries look like articles; any other JSON in a folder is somebody else's. */
function readList(text: string, file: string, named: boolean): SourceContents | null {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw new Error(`not JSON: ${messageOf(error)}`, { cause: error });
  }
  const looksRight =
    Array.isArray(list) && list.some((one) => typeof one === "object" && one !== null && "content" in one);
  if (!Array.isArray(list) || (!looksRight && !named)) {
    if (!named) return null;
    throw new Error("not a list of articles ({id, title, content})");
  }
  const articles: FoundArticle[] = [];
  const errors: SourceError[] = [];
  list.forEach((value: unknown, at) => {
    const entry = listEntry.safeParse(value);
    if (!entry.success) {
      errors.push({ file: `${file}[${at}]`, reason: problems(entry.error) });
      return;
    }
    const { id, title, content, url, audience } = entry.data;
    const shared = { id, file: `${file}[${at}]`, title, url: url ?? null, audience: audience ?? undefined };
    articles.push({
      ...shared,
      raw: JSON.stringify(entry.data),
      read: () => ({ markdown: content, title: null }),
    });
  });
  return { articles, errors };
}
