export type Audience = "customer" | "internal";

/** A piece of an article that can stand alone. */
export interface Passage {
  readonly id: string;
  readonly articleId: string;
  readonly title: string;
  readonly heading: string;
  readonly url: string | null;
  readonly text: string;
  readonly audience: Audience;
  /** Higher is better; comparable within one search only. */
  readonly score: number;
}

export interface Found {
  /** Best first, at most one passage an article. */
  readonly passages: readonly Passage[];
  /** False when nothing in the knowledge base carries an answer. */
  readonly answerable: boolean;
  /** 0 to 1, what `answerable` was decided on. */
  readonly confidence: number;
}

/** The search port. `expand` gives a passage with what stands around it in its article, of the same audience only. `audience: "customer"` never returns a word of an internal passage. */
export interface Knowledge {
  search(
    query: string,
    options: { readonly limit: number; readonly audience: Audience | "all" },
  ): Promise<Found>;
  expand(passage: Passage, maxChars: number): Promise<Passage>;
}
