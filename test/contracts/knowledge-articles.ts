import type { KnowledgeIndex, NewPassage, StoredArticle } from "../../src/knowledge/index-port.ts";

/** An article for customers with one passage for each of the texts; `internal:` before a text makes that one for staff. */
export async function put(
  index: KnowledgeIndex,
  id: string,
  texts: readonly string[],
  more: Partial<StoredArticle> & { readonly heading?: string } = {},
): Promise<void> {
  const { heading = "", ...article } = more;
  const passages = texts.map((text): NewPassage => {
    const isInternal = text.startsWith("internal:") || article.audience === "internal";
    return { heading, text, audience: isInternal ? "internal" : "customer" };
  });
  const {
    source = "docs",
    title = id,
    url = null,
    audience = "customer",
    contentHash = `hash of ${id}`,
  } = article;
  await index.replaceArticle({ id, source, title, url, audience, contentHash }, passages, 1_000);
}
