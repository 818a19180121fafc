/** Other people's text, made fit for a terminal. */
import { stripVTControlCharacters } from "node:util";

/**
 * Nothing that a customer, a model or an article wrote may move the cursor, change the title or hide a line: escape
 * sequences, control characters and changes of writing direction are taken out. Line ends and tabs stay.
 */
export function clean(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll("\t", "  ")
    .replaceAll(/[\u202A-\u202E\u2066-\u2069]/g, "")
    .replaceAll(/(?!\n)\p{Cc}/gu, "");
}

/** The same on one line, for names, titles and ids. */
export function cleanLine(text: string): string {
  return clean(text).replaceAll(/\s+/g, " ").trim();
}

/** Markdown as somebody would type it into a chat: the marks that only a renderer needs are gone, links are spelled out. */
export function plainMarkdown(markdown: string): string {
  return clean(markdown)
    .replaceAll(/^#{1,6}\s+/gm, "")
    .replaceAll(/^(\s*)[*+-]\s+/gm, "$1• ")
    .replaceAll(/\[([^\]\n]+)\]\(([^()\s]+)\)/g, (_, label: string, url: string) =>
      label === url ? url : `${label} (${url})`,
    )
    .replaceAll(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, "$2")
    .replaceAll(/(?<![*\w])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![*\w])/g, "$1")
    .replaceAll(/(?<![\w/])_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)/g, "$1")
    .replaceAll(/`([^`\n]+)`/g, "$1")
    .trim();
}

/** "under a minute", "3 min", "2 h", "4 days". */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "under a minute";
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}
