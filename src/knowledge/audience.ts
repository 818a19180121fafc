import { AGENT_TEXT_FLOOR, agentSigns, isAgentHeading, speaksToReader } from "./agent-text.ts";
import type { Audience } from "./knowledge.ts";
import type { Section } from "./split.ts";

/** What of `deskhand.yaml` decides who may see an article. */
export interface AudienceRules {
  readonly internal_titles: readonly string[];
  readonly internal_ids: readonly string[];
  readonly customer_ids: readonly string[];
}

export type AudienceReason =
  | "said_by_article"
  | "title"
  | "configured"
  | "folder"
  | "marked_section"
  | "addresses_agents";

/** Something the operator did not mark himself and should know about. */
export interface TreatedAsInternal {
  readonly articleId: string;
  readonly title: string;
  /** The whole article, or the headings of the sections. */
  readonly what: "article" | readonly string[];
  readonly evidence: readonly string[];
}

export interface Judged {
  readonly audience: Audience;
  readonly reason: AudienceReason | null;
  /** One entry a section, in order. */
  readonly sections: readonly Audience[];
  readonly treated: TreatedAsInternal | null;
}

/**
 * From this share of its text on, an article with agent sections is an agents' article: when the rest of it never
 * speaks to its reader ("you"), and in any case.
 */
const AGENT_SHARE = { restSpeaksToNobody: 0.35, always: 0.85 };

/**
 * Decides who may see an article and each of its sections. In this order: `customer_ids` and `audience: customer` in the
 * article (the operator looked at it: nothing automatic, marked sections stay internal); `internal_ids`, `audience:
 * internal`, the title; then the automatic check. Where two of the operator's own words disagree, internal wins.
 */
export function judgeAudience(
  article: { readonly id: string; readonly title: string; readonly audience?: Audience | undefined },
  sections: readonly Section[],
  rules: AudienceRules,
): Judged {
  const whole = (reason: AudienceReason, treated: TreatedAsInternal | null = null): Judged => ({
    audience: "internal",
    reason,
    sections: sections.map(() => "internal" as const),
    treated,
  });
  if (article.audience === "internal") return whole("said_by_article");
  if (matchesId(article.id, rules.internal_ids)) return whole("configured");
  const marked = markedSections(sections);
  if (article.audience === "customer" || matchesId(article.id, rules.customer_ids)) {
    return { audience: "customer", reason: null, sections: marked.map(audienceOf), treated: null };
  }
  const signs = sections.map((section) => agentSigns(textOf(section)));
  const evidence = [
    ...new Set(signs.flatMap((one) => (one.score >= AGENT_TEXT_FLOOR ? one.evidence : []))),
  ].slice(0, 3);
  const treated = (what: TreatedAsInternal["what"]): TreatedAsInternal => ({
    articleId: article.id,
    title: article.title,
    what,
    evidence,
  });
  const word = wordIn(article.title, rules.internal_titles);
  if (word !== undefined) {
    const named = { ...treated("article"), evidence: [`"${word}" in the title`] };
    return whole("title", isSetOff(article.title, word) ? null : named);
  }
  if (isAgentHeading(article.title)) return whole("addresses_agents", treated("article"));
  const folder = staffFolder(article.id, rules.internal_titles);
  if (folder !== undefined) {
    return whole("folder", { ...treated("article"), evidence: [`in the folder ${folder}`] });
  }

  const automatic = withSiblings(
    sections,
    marked,
    signs.map((one) => one.score >= AGENT_TEXT_FLOOR),
  );
  if (signs.some((one, at) => one.secret && !marked[at]) || isAgentsArticle(sections, automatic)) {
    return whole("addresses_agents", treated("article"));
  }
  const found = sections.filter((_, at) => automatic[at] && !marked[at]).map(nameOf);
  return {
    audience: "customer",
    reason: marked.includes(true) ? "marked_section" : null,
    sections: automatic.map(audienceOf),
    treated: found.length > 0 ? treated(found) : null,
  };
}

function isAgentsArticle(sections: readonly Section[], hidden: readonly boolean[]): boolean {
  const texts = sections.map(textOf);
  const all = sum(texts.map((text) => text.length));
  const share = all === 0 ? 0 : sum(texts.map((text, at) => (hidden[at] ? text.length : 0))) / all;
  if (share >= AGENT_SHARE.always) return true;
  if (share < AGENT_SHARE.restSpeaksToNobody) return false;
  return !texts.some((text, at) => !hidden[at] && speaksToReader(text));
}

/** A folder named `internal` or for staff, above the article; undefined when there is none. */
function staffFolder(id: string, words: readonly string[]): string | undefined {
  const folders = id.split("/").slice(0, -1);
  return folders.find(
    (name) =>
      wordIn(name, words) !== undefined || /^(?:for-)?(?:agents?|staff|employees)(?:-only)?$/i.test(name),
  );
}

/** `*` at the end stands for any rest. */
export function matchesId(id: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith("*") ? id.startsWith(pattern.slice(0, -1)) : id === pattern,
  );
}

/** A heading that says it is for agents makes all below it internal, down to the next of its level or above. */
function markedSections(sections: readonly Section[]): boolean[] {
  let until = Infinity;
  return sections.map((section) => {
    if (section.level > 0 && section.level <= until) until = Infinity;
    const own = section.level > 0 && isAgentHeading(section.path[section.path.length - 1] ?? "");
    if (own && until === Infinity) until = section.level;
    return until !== Infinity;
  });
}

/**
 * Marked sections and those that speak to agents. A run of sections under one heading is one procedure: when at least
 * two of them, and half of all, speak to agents, the others are its remaining steps. The heading over the whole article
 * makes no such run, and what the author marked off himself tells nothing about its neighbours.
 */
function withSiblings(
  sections: readonly Section[],
  marked: readonly boolean[],
  agents: readonly boolean[],
): boolean[] {
  const tops = new Set(sections.filter((one) => one.level > 0).map((one) => one.path[0]));
  const families = new Map<string, number[]>();
  sections.forEach((section, at) => {
    const parents = section.path.slice(0, -1);
    const overAll = parents.length === 1 && tops.size === 1;
    if (marked[at] || parents.length === 0 || overAll) return;
    const parent = parents.join("\u0000");
    families.set(parent, [...(families.get(parent) ?? []), at]);
  });
  const hidden = sections.map((_, at) => marked[at] === true || agents[at] === true);
  for (const family of families.values()) {
    const speaking = family.filter((at) => agents[at]).length;
    if (speaking < 2 || speaking * 2 < family.length) continue;
    for (const at of family) hidden[at] = true;
  }
  return hidden;
}

/** The first of the words that the title has as a word of its own. */
function wordIn(title: string, words: readonly string[]): string | undefined {
  // "Internal server error" is a page that half the web shows to customers.
  return words.find((word) =>
    new RegExp(`(?<![\\p{L}\\p{N}])${escaped(word)}(?![\\p{L}\\p{N}]|(?: server)? error)`, "iu").test(title),
  );
}

/** "Internal: refunds" and "Refunds (internal)" are meant; "the internal sensor" may not be, so the operator hears of it. */
function isSetOff(title: string, word: string): boolean {
  return new RegExp(
    `[([]${escaped(word)}[)\\]]|^${escaped(word)}\\s*[:–—-]|[:–—-]\\s*${escaped(word)}$`,
    "iu",
  ).test(title.trim());
}

function escaped(word: string): string {
  return word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function textOf(section: Section): string {
  const heading = section.path[section.path.length - 1] ?? "";
  return [heading, ...section.blocks.map((block) => block.text)].join("\n");
}

function nameOf(section: Section): string {
  return section.path[section.path.length - 1] ?? "(the beginning)";
}

function audienceOf(internal: boolean): Audience {
  return internal ? "internal" : "customer";
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
