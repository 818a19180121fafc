import type { Audience } from "./knowledge.ts";

/** An article as the index keeps it. */
export interface StoredArticle {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  readonly url: string | null;
  readonly audience: Audience;
  /** SHA-256 of everything that decides what is stored; the same hash means nothing to do. */
  readonly contentHash: string;
}

/** A piece of an article, in reading order. An internal article has no customer passages. */
export interface NewPassage {
  readonly heading: string;
  readonly text: string;
  readonly audience: Audience;
}

/** A passage that holds at least one of the searched terms. */
export interface Hit {
  readonly passageId: string;
  readonly articleId: string;
  readonly title: string;
  readonly heading: string;
  readonly url: string | null;
  readonly text: string;
  readonly audience: Audience;
  /** The engine's own relevance, higher is better, comparable within one search only. */
  readonly score: number;
  /** Which of the given terms it holds, as positions in the list given. */
  readonly terms: readonly number[];
}

export interface Matches {
  /** Best first. */
  readonly hits: readonly Hit[];
  /** For each given term: how many passages of this audience hold it. */
  readonly passagesWith: readonly number[];
  /** How many passages this audience has. */
  readonly passages: number;
}

export interface PieceOfArticle {
  readonly passageId: string;
  readonly heading: string;
  readonly text: string;
}

export interface IndexCounts {
  readonly articles: number;
  readonly internalArticles: number;
  readonly passages: number;
  readonly internalPassages: number;
  readonly articlesWithoutLink: number;
}

/**
 * What the knowledge base needs of a store. Each method is one whole transaction; SQLite implements it today and
 * PostgreSQL can, since nothing here names an engine's query language.
 */
export interface KnowledgeIndex {
  /** Content hash by article id, of one source. */
  hashesOf(source: string): Promise<ReadonlyMap<string, string>>;
  /** Every source that has articles. */
  sources(): Promise<readonly string[]>;
  /** Adds the article or puts it in the place of the one with its id, whatever source that came from. */
  replaceArticle(article: StoredArticle, passages: readonly NewPassage[], now: number): Promise<void>;
  removeArticles(ids: readonly string[]): Promise<void>;
  /**
   * Passages that hold any of the terms. A term is one word, or several that must stand side by side; it is text,
   * never query syntax. Words are compared by their stem. `audience: "customer"` leaves internal passages out.
   */
  match(
    terms: readonly string[],
    options: { readonly audience: Audience | "all"; readonly limit: number },
  ): Promise<Matches>;
  /** An article's passages of one audience, in reading order. */
  passagesOf(articleId: string, audience: Audience): Promise<readonly PieceOfArticle[]>;
  counts(): Promise<IndexCounts>;
}
