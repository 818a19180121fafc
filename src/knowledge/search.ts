import { conceptsOf, isForeign } from "./concepts.ts";
import { ANSWERABLE_FROM, confidenceOf } from "./confidence.ts";
import type { Hit, KnowledgeIndex, Matches } from "./index-port.ts";
import type { Found, Knowledge, Passage } from "./knowledge.ts";
import { expandPassage } from "./expand.ts";
import { rank, type Ranked } from "./rank.ts";

/** So many candidates are ranked. Found by the customer's own words, and by all words. */
const CANDIDATES = { own: 100, all: 150 };

/** Searches the index: ranking, and whether what was found can carry an answer. */
export function createKnowledge(index: KnowledgeIndex): Knowledge {
  return {
    async search(query, { limit, audience }): Promise<Found> {
      const concepts = conceptsOf(query);
      if (concepts.length === 0 || limit < 1) return { passages: [], answerable: false, confidence: 0 };
      const own = concepts.flatMap((concept) => concept[0]?.term ?? []);
      const terms = [...new Set(concepts.flatMap((concept) => concept.map((variant) => variant.term)))];
      const narrow = await index.match(own, { audience, limit: CANDIDATES.own });
      const wide = await index.match(terms, { audience, limit: CANDIDATES.all });
      const matches = joined(narrow, wide);
      const ranked = rank(concepts, terms, matches);
      const confidence = confidenceOf(concepts, terms, matches, ranked, isForeign(query));
      return {
        passages: ranked.slice(0, limit).map(passageOf),
        answerable: confidence >= ANSWERABLE_FROM,
        confidence,
      };
    },

    async expand(passage, maxChars) {
      return expandPassage(passage, await index.passagesOf(passage.articleId, passage.audience), maxChars);
    },
  };
}

/** The hits of both, each once; the counts of the wide one. */
function joined(narrow: Matches, wide: Matches): Matches {
  const hits = new Map<string, Hit>();
  for (const hit of [...narrow.hits, ...wide.hits]) hits.set(hit.passageId, hit);
  return { ...wide, hits: [...hits.values()] };
}

function passageOf({ hit, score }: Ranked): Passage {
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
