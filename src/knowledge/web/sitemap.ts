export interface Sitemap {
  /** Pages. */
  readonly pages: readonly string[];
  /** Further sitemaps. */
  readonly sitemaps: readonly string[];
}

/** True for a text that is a sitemap or an index of sitemaps. */
export function isSitemap(text: string): boolean {
  return /<(?:\w+:)?(?:urlset|sitemapindex)[\s>]/.test(text.slice(0, 5_000));
}

/** The addresses in a sitemap, each once, in order. What is no address is left out. */
export function readSitemap(xml: string): Sitemap {
  const plain = xml.replaceAll(/<!--[\s\S]*?-->/g, "");
  return { pages: locationsIn(plain, "url"), sitemaps: locationsIn(plain, "sitemap") };
}

function locationsIn(xml: string, element: "url" | "sitemap"): string[] {
  const found = new Set<string>();
  const entries = new RegExp(`<(?:\\w+:)?${element}(?:\\s[^>]*)?>([\\s\\S]*?)</(?:\\w+:)?${element}>`, "g");
  for (const [, entry = ""] of xml.matchAll(entries)) {
    const said = /<(?:\w+:)?loc(?:\s[^>]*)?>([\s\S]*?)<\/(?:\w+:)?loc>/.exec(entry)?.[1] ?? "";
    const text = decoded(said.replace(/^\s*<!\[CDATA\[([\s\S]*?)\]\]>\s*$/, "$1")).trim();
    if (URL.canParse(text)) found.add(new URL(text).href);
  }
  return [...found];
}

function decoded(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&amp;", "&");
}
