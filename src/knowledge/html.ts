import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import TurndownService from "turndown";

export interface HtmlArticle {
  readonly title: string | null;
  readonly markdown: string;
}

/** What a page says, without its navigation and footer. Falls back to the whole body when no main text stands out. */
export function readHtml(html: string): HtmlArticle {
  const { document } = parseHTML(wrapped(html));
  const pageTitle = firstText(document, "h1") ?? firstText(document, "title");
  for (const hidden of document.querySelectorAll("script,style,noscript,template,[hidden]")) hidden.remove();
  const body = document.body?.innerHTML ?? "";
  // Readability takes the document apart, so it comes last and works on what it was given.
  const main = new Readability(document, {
    charThreshold: 140,
  }).parse();
  const content = main?.content && textLength(main.content) > 0 ? main.content : body;
  return { title: pageTitle ?? (main?.title || null), markdown: htmlToMarkdown(content) };
}

/** Any HTML as Markdown, so that there is one splitter. */
export function htmlToMarkdown(html: string): string {
  if (!html.includes("<")) return html;
  const { document } = parseHTML(`<!doctype html><html><body>${html}</body></html>`);
  return turndown.turndown(document.body).trim();
}

const turndown = newTurndown();

function newTurndown(): TurndownService {
  const service = new TurndownService({
    headingStyle: "atx",
    codeBlockStyle: "fenced",
    bulletListMarker: "-",
  });
  // Only what would begin a heading or a list: a tool name must stay one word for search and for the audience check.
  service.escape = (text) => text.replaceAll(/^(\s*)([#>+*-]|\d+\.)(?=\s)/g, "$1\\$2");
  service.remove(["script", "style", "noscript"]);
  // A page of questions and answers: each question is what its answer is found by.
  service.addRule("question", {
    filter: ["summary", "dt"],
    replacement: (_content, node) => {
      const text = (node.textContent ?? "").replaceAll(/\s+/g, " ").trim();
      return text === "" ? "" : `\n\n#### ${text}\n\n`;
    },
  });
  service.addRule("table", {
    filter: "table",
    replacement: (_content, node) => `\n\n${tableMarkdown(node)}\n\n`,
  });
  return service;
}

interface TableLike {
  querySelectorAll(selector: string): Iterable<TableLike>;
  readonly textContent: string | null;
}

/** Turndown itself leaves tables as loose lines; a table whose cells lost their columns answers wrongly. */
function tableMarkdown(table: TableLike): string {
  const rows = [...table.querySelectorAll("tr")].map((row) =>
    [...row.querySelectorAll("th,td")].map((cell) =>
      (cell.textContent ?? "").replaceAll(/\s+/g, " ").trim().replaceAll("|", "\\|"),
    ),
  );
  const [header, ...rest] = rows.filter((row) => row.length > 0);
  if (!header) return "";
  return [header, header.map(() => "---"), ...rest].map(tableLine).join("\n");
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function wrapped(html: string): string {
  return /<body[\s>]/i.test(html) ? html : `<!doctype html><html><body>${html}</body></html>`;
}

interface HasQuery {
  querySelector(selector: string): { readonly textContent: string | null } | null;
}

function firstText(document: HasQuery, selector: string): string | null {
  return document.querySelector(selector)?.textContent?.replaceAll(/\s+/g, " ").trim() || null;
}

function textLength(html: string): number {
  return html.replaceAll(/<[^>]*>/g, "").trim().length;
}
