import { conceptsOf, isForeign } from "./concepts.ts";
import { ANSWERABLE_FROM, confidenceOf, lackedWords, type Searched } from "./confidence.ts";
import type { Look, Semantic } from "./dense/semantic.ts";
import { expandPassage } from "./expand.ts";
import { fuse, type Fused } from "./fuse.ts";
import type { Hit, KnowledgeIndex } from "./index-port.ts";
import type { Audience, Found, Knowledge, Passage } from "./knowledge.ts";
import { rank, rarestOf, scored } from "./rank.ts";
import { spelledRight } from "./spelling.ts";
import { wordsOf } from "./terms.ts";

/** So many candidates are ranked. Passages by the customer's own words and by all words, units by meaning. */
const CANDIDATES = { own: 100, all: 150, near: 40 };

/**
 * Searches by words and, where `semantic` is given and has vectors, by meaning. Says whether what was found can carry an
 * answer.
 */
export function createKnowledge(index: KnowledgeIndex, semantic: Semantic | null = null): Knowledge {
  async function byMeaning(query: string, audience: Audience | "all") {
    // Only what customers may read has vectors.
    const look = audience === "internal" ? null : await semantic?.look(query, CANDIDATES.near);
    if (!look) return { look: null, hits: [] };
    const hits = await index.passagesOfUnits(
      look.nearest.map((unit) => unit.unitId),
      audience,
    );
    return { look, hits };
  }

  return {
    async search(given, { limit, audience }): Promise<Found> {
      const query = await spelledRight(given, index);
      const concepts = conceptsOf(query);
      if (concepts.length === 0 || limit < 1) return { passages: [], answerable: false, confidence: 0 };
      const own = concepts.flatMap((concept) => concept[0]?.term ?? []);
      const terms = [...new Set(concepts.flatMap((concept) => concept.map((variant) => variant.term)))];
      const meant = byMeaning(query, audience);
      const found = await index.candidates(own, terms, {
        audience,
        ownLimit: CANDIDATES.own,
        limit: CANDIDATES.all,
      });
      const { look, hits } = await meant;
      const matches = { ...found, hits: each(found.hits, hits) };
      const passages = scored(concepts, terms, matches);
      const ranked = rank(passages);
      const fused = fuse(ranked, passages, look, rarestOf(matches));
      const words = wordsOf(query);
      const foreign = isForeign(query);
      const confidence = await sureness({ words, concepts, terms, matches, ranked, fused, foreign }, look);
      return {
        passages: fused.slice(0, limit).map(passageOf),
        answerable: confidence >= ANSWERABLE_FROM,
        confidence,
      };
    },

    async expand(passage, maxChars) {
      return expandPassage(passage, await index.passagesOf(passage.articleId, passage.audience), maxChars);
    },
  };
}

async function sureness(searched: Searched, look: Look | null): Promise<number> {
  const lacked = lackedWords(searched);
  const near = lacked.length === 0 ? null : await look?.closeness(lacked);
  return confidenceOf(searched, (word) => near?.[lacked.indexOf(word)]);
}

function each(...lists: readonly (readonly Hit[])[]): Hit[] {
  return [...new Map(lists.flat().map((hit) => [hit.passageId, hit])).values()];
}

function passageOf({ hit, score }: Fused): Passage {
  return {
    id: hit.passageId,
    articleId: hit.articleId,
    title: hit.title,
    heading: hit.heading,
    url: hit.url,
    text: hit.text,
    audience: hit.audience,
    score,
  };
}
