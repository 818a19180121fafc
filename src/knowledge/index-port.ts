import type { StoredVector } from "./dense/vector-index.ts";
import type { Audience } from "./knowledge.ts";
import type { KnownPage } from "./web/read-page.ts";

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
  /** Its place in the article, from 0. */
  readonly position: number;
  readonly heading: string;
  readonly url: string | null;
  readonly text: string;
  readonly audience: Audience;
  /** The engine's own relevance, higher is better, comparable within one search only; 0 for one not found by words. */
  readonly score: number;
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

/** What is still to be embedded. */
export interface PendingUnit {
  readonly hash: string;
  readonly text: string;
}

/** How far a reader of vectors has come; the first time `{ unit: 0, vector: 0 }`. */
export interface VectorMark {
  readonly unit: number;
  readonly vector: number;
}

/** Where vectors are kept. They are cached by model and text, and outlive their articles. */
export interface VectorStore {
  /**
   * Runs `work`, unless another process on this database is running its own at this moment: then it is not called, and
   * the answer is `elsewhere`. A process that dies or loses the database gives its turn up; one that lost only its turn
   * goes on beside the next, so `work` must be harmless twice. Rejects with what `work` rejects with.
   */
  inTurn(work: () => Promise<void>): Promise<"done" | "elsewhere">;
  /** The next units without a vector of this model, beginnings of articles first; different texts only. */
  pending(model: string, limit: number): Promise<readonly PendingUnit[]>;
  /** A vector that is there already is left as it is. */
  saveVectors(
    model: string,
    vectors: readonly { readonly hash: string; readonly bytes: Uint8Array }[],
  ): Promise<void>;
  progress(model: string): Promise<{ readonly done: number; readonly total: number }>;
  /** Another value whenever the knowledge base may have changed, by whichever process. Cheap. */
  version(): Promise<string>;
  /** Ids of all units; null when they are the same as when `known` was returned. */
  unitIds(known: string | null): Promise<{ readonly ids: readonly number[]; readonly known: string } | null>;
  /** What came since the mark. */
  vectorsSince(
    model: string,
    mark: VectorMark,
  ): Promise<{ readonly vectors: readonly StoredVector[]; readonly mark: VectorMark }>;
}

/** Where is kept what web sites said about their pages. */
export interface PageStore {
  /** By address; only pages that were read under these rules. */
  pagesOf(source: string, rules: string): Promise<ReadonlyMap<string, KnownPage>>;
  savePage(
    page: KnownPage & { readonly url: string; readonly source: string; readonly rules: string },
    now: number,
  ): Promise<void>;
  /** Forgets every page of the source that is not among these. */
  keepPages(source: string, urls: readonly string[]): Promise<void>;
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
export interface KnowledgeIndex extends PageStore {
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
  /**
   * Candidates for a question: the best `ownLimit` passages by the customer's own words and the best `limit` by all
   * terms. In a large knowledge base it may take passages of every audience into account when it counts, and does not look for terms that very many passages hold, because they find nothing that rarer ones do not.
   */
  candidates(
    own: readonly string[],
    terms: readonly string[],
    options: { readonly audience: Audience | "all"; readonly ownLimit: number; readonly limit: number },
  ): Promise<Matches>;
  /** For each stem (`stem.ts`): how many passages, whoever may read them, hold a word of it. */
  holding(stems: readonly string[]): Promise<readonly number[]>;
  /** The passages of units (see `units.ts`), as far as the audience may read them. */
  passagesOfUnits(unitIds: readonly number[], audience: Audience | "all"): Promise<readonly Hit[]>;
  /** An article's passages of one audience, in reading order. */
  passagesOf(articleId: string, audience: Audience): Promise<readonly PieceOfArticle[]>;
  counts(): Promise<IndexCounts>;
}
