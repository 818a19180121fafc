import { posix } from "node:path";

const RELATIVE = /(!?)\[([^\]]*)\]\((?![a-z][a-z0-9+.-]*:|[/#])([^)\s#?]+)[^)]*\)/gi;
const FENCED = /(^(?:```|~~~)[\s\S]*?^(?:```|~~~)[^\n]*$)/m;

/**
 * A folder of documentation links its pages to one another by file. Such a link leads nowhere for a customer: it becomes
 * the other article's own address, or plain words when articles have none.
 */
export function withoutRelativeLinks(markdown: string, id: string, articleUrl: string | undefined): string {
  return markdown
    .split(FENCED)
    .map((part, at) => (at % 2 === 1 ? part : inText(part, id, articleUrl)))
    .join("");
}

function inText(text: string, id: string, articleUrl: string | undefined): string {
  return text.replaceAll(RELATIVE, (_link, image: string, words: string, target: string) => {
    const other = posix.join(posix.dirname(id), target).replace(/\.(?:mdx?|markdown|html?)$/i, "");
    const isArticle = image === "" && other !== posix.join(posix.dirname(id), target);
    if (!isArticle || articleUrl === undefined || other.startsWith("..")) return words;
    return `[${words}](${articleUrl.replaceAll("{id}", other.split("/").map(encodeURIComponent).join("/"))})`;
  });
}
