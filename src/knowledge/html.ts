import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import TurndownService from "turndown";

import { answersOf } from "./html-answers.ts";
import { QUESTION_MARK, unfold } from "./html-unfold.ts";

export interface HtmlArticle {
  readonly title: string | null;
  readonly markdown: string;
}

/**
 * What a page says, without its navigation and footer, everything unfolded. Falls back to the page's own `main`, or to its
 * body, when no main text stands out or when the search for it would lose much: pages of questions are many short texts.
 */
export function readHtml(html: string): HtmlArticle {
  const { document } = parseHTML(wrapped(html));
  const pageTitle = firstText(document, "h1") ?? firstText(document, "title");
  const answers = answersOf(document);
  unfold(document);
  for (const hidden of document.querySelectorAll("script,style,noscript,template,[hidden]")) hidden.remove();
  const whole = regionOf(document);
  // Readability takes the document apart, so it comes last and works on what it was given.
  const main = new Readability(document, { charThreshold: 140 }).parse();
  const content = main?.content && keepsEnough(main.content, whole) ? main.content : whole.html;
  const markdown = htmlToMarkdown(content);
  // What only the page's own description of itself says, because a script writes it.
  const missing = answers.filter(({ question }) => !markdown.includes(question));
  const added = missing.map(({ question, answer }) => `#### ${question}\n\n${htmlToMarkdown(answer)}`);
  return { title: pageTitle ?? (main?.title || null), markdown: [markdown, ...added].join("\n\n").trim() };
}

/** Any HTML as Markdown, so that there is one splitter. */
export function htmlToMarkdown(html: string): string {
  if (!html.includes("<")) return html;
  const { document } = parseHTML(`<!doctype html><html><body>${html}</body></html>`);
  unfold(document);
  // The parts of a cell become one line; without this they would become one word.
  for (const part of [...document.querySelectorAll("td,th")].flatMap((cell) => [
    ...cell.querySelectorAll("p,div,li,br"),
  ])) {
    part.replaceWith(` ${part.textContent ?? ""} `);
  }
  return turndown.turndown(document.body).trim();
}

interface Region {
  readonly html: string;
  readonly chars: number;
  /** The page says itself that this is its main text. */
  readonly said: boolean;
}

/** What is left of the page without what is certainly not its text. */
function regionOf(document: HasBody): Region {
  const mains = [...document.querySelectorAll("main,[role=main]")];
  const body = document.body?.innerHTML ?? "";
  const { document: copy } = parseHTML(wrapped(mains.length === 1 ? mains[0]!.innerHTML : body));
  for (const other of copy.querySelectorAll("nav,aside,footer,form,body>header,[role=navigation]"))
    other.remove();
  const html: string = copy.body?.innerHTML ?? "";
  return textLength(html) > 0
    ? { html, chars: textLength(html), said: mains.length === 1 }
    : { html: body, chars: textLength(body), said: false };
}

/** Which part of a `main` may be lost: a list of related articles, a form that thanks for the visit. */
const LEAST_OF_MAIN = 0.6;

function keepsEnough(content: string, whole: Region): boolean {
  const chars = textLength(content);
  if (chars === 0 || (whole.said && chars < LEAST_OF_MAIN * whole.chars)) return false;
  const questions = (html: string): number => html.split(QUESTION_MARK).length - 1;
  return questions(content) >= questions(whole.html);
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

interface HasBody {
  readonly body: { readonly innerHTML: string } | null;
  querySelectorAll(selector: string): Iterable<{ readonly innerHTML: string }>;
}

function firstText(document: HasQuery, selector: string): string | null {
  return document.querySelector(selector)?.textContent?.replaceAll(/\s+/g, " ").trim() || null;
}

function textLength(html: string): number {
  return html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/\s+/g, " ")
    .trim().length;
}
