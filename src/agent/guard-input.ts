import type { Visibility } from "../domain.ts";
import type { Passage } from "../knowledge/knowledge.ts";
import type { ModelCitation } from "../models/model.ts";
import type { BurstReading } from "./read.ts";

/** Everything the guard may know. No network, no clock: the same input gives the same verdict. */
export interface GuardInput {
  readonly text: string;
  readonly citations: readonly ModelCitation[];
  readonly passages: readonly Passage[];
  /** How sure the search was that the passages carry the answer, 0 to 1; absent when nothing was searched. */
  readonly foundConfidence?: number;
  readonly reading: BurstReading;
  readonly usedTools: readonly { readonly name: string; readonly ok: boolean }[];
  /** Where the answer would be seen. */
  readonly visibility: Visibility;
  /** The only e-mail that may stand in an answer, besides those of the help centre. */
  readonly customerEmail: string | null;
  /** What the customer wrote: their own words may be repeated in private. */
  readonly question: string;
  readonly linkHosts: ReadonlySet<string>;
  readonly refundLimit: number;
  /** True when the text repeats an internal article; decided by the knowledge base's index. */
  readonly leaksInternal: boolean;
  readonly systemPrompt: string;
}
