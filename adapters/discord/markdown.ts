import { harmless, openable } from "./text.ts";

const FENCE = /^\s*(`{3,}|~{3,})(.*)$/;
/** Discord knows three levels of headings. */
const SMALL_HEADING = /^\s{0,3}#{4,6}\s(.*)$/;
const RULE = /^\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$/;
const LONGEST_RULE = 300;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
/** Code is taken first, so that nothing inside it is changed. */
const INLINE =
  /(?<code>(?<ticks>`{1,8})[^`]+\k<ticks>(?!`))|!?\[(?<label>[^[\]\n]{0,500})\]\(\s*<?(?<url>[^()\s<>]{1,2000}(?:\([^()\s<>]{0,500}\)[^()\s<>]{0,500})?)>?(?<title>\s+"[^"\n]{0,300}")?\s*\)/g;
const CHARACTERS = new Intl.Segmenter("en", { granularity: "grapheme" });
/** No column is padded beyond this: one long cell must not fill a message with blanks. */
const WIDEST_PADDING = 40;

/**
 * Markdown as Discord shows it: tables become aligned code, images become links, a link that Discord would not mask
 * shows its address, deep headings become bold. HTML stays what it is: text. Nobody is called by it.
 */
export function toDiscordMarkdown(markdown: string): string {
  const lines = markdown.split(/\r\n|\r|\n/);
  const out: string[] = [];
  let fence: string | null = null;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const [, mark = "", rest = ""] = FENCE.exec(line) ?? [];
    if (fence !== null) {
      if (mark.startsWith(fence) && rest.trim() === "") fence = null;
      out.push(line);
    } else if (mark !== "" && !(mark.startsWith("`") && rest.includes("`"))) {
      fence = mark;
      out.push(line);
    } else if (isTableAt(lines, at)) {
      const end = endOfTable(lines, at + 2);
      out.push(...drawTable([line, ...lines.slice(at + 2, end)]));
      at = end - 1;
    } else {
      out.push(toLine(line));
    }
  }
  return harmless(out.join("\n"));
}

function toLine(line: string): string {
  if (RULE.test(line)) return "──────────";
  const heading = SMALL_HEADING.exec(line)?.[1];
  const text = line.replaceAll(INLINE, (whole, ...found) => {
    const { code, label = "", url = "", title = "" } = found.at(-1) as Record<string, string | undefined>;
    return code === undefined ? toLink(label, url, title) : whole;
  });
  if (heading === undefined) return text;
  const words = heading.trim().replace(/\s#+$/, "").replaceAll("**", "").trim();
  return words === "" ? "" : `**${words}**`;
}

/** Discord masks a link only when it is http(s) and its words do not look like an address themselves. */
function toLink(label: string, url: string, title: string): string {
  const target = openable(url);
  const words = label.trim();
  if (target === null) return `${words} (${url.replace(/^mailto:/i, "")}${title})`.trimStart();
  if (words === "" || words === url) return `${url}${title}`;
  if (/:\/\/|^www\./i.test(words)) return `${words} (${url}${title})`;
  return `[${label}](${target}${title})`;
}

function isTableAt(lines: readonly string[], at: number): boolean {
  const rule = lines[at + 1];
  if (rule === undefined || rule.length > LONGEST_RULE || !TABLE_RULE.test(rule)) return false;
  const head = lines[at] ?? "";
  return head.includes("|") && (rule.includes("|") || cellsOf(head).length === 1);
}

function endOfTable(lines: readonly string[], from: number): number {
  let end = from;
  while (end < lines.length && lines[end]?.includes("|")) end += 1;
  return end;
}

function cellsOf(row: string): string[] {
  const inner = row
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => plainCell(cell.trim().replaceAll(String.raw`\|`, "|")));
}

/** Markup is not drawn inside code. */
function plainCell(cell: string): string {
  return cell
    .replaceAll(/!?\[([^[\]]{0,500})\]\(([^()\s]{1,2000})\)/g, "$1 ($2)")
    .replaceAll(/\*\*|__|`/g, "");
}

function drawTable(rows: readonly string[]): string[] {
  const cells = rows.map(cellsOf);
  const columns = Math.max(...cells.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.min(WIDEST_PADDING, Math.max(3, ...cells.map((row) => widthOf(row[column] ?? "")))),
  );
  const draw = (row: readonly string[]) =>
    widths
      .map((width, column) => pad(row[column] ?? "", width))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  const [head = [], ...body] = cells;
  return ["```", draw(head), rule, ...body.map(draw), "```"];
}

function pad(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - widthOf(cell)));
}

function widthOf(cell: string): number {
  return [...CHARACTERS.segment(cell)].length;
}
