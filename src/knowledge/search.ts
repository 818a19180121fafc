import type { Hit, KnowledgeIndex, Matches } from "./index-port.ts";
import type { Found, Knowledge, Passage } from "./knowledge.ts";
import { termsOf } from "./terms.ts";

/** So many candidates are read before one passage an article is kept. */
const CANDIDATES = 60;
const ANSWERABLE_FLOOR = 0.4;

/** Searches the index: ranking, and whether what was found can carry an answer. */
export function createKnowledge(index: KnowledgeIndex): Knowledge {
  return {
    async search(query, { limit, audience }): Promise<Found> {
      const terms = termsOf(query);
      if (terms.length === 0 || limit < 1) return { passages: [], answerable: false, confidence: 0 };
      const matches = await index.match(terms, { audience, limit: CANDIDATES });
      const ranked = bestPerArticle(matches.hits);
      const confidence = coverage(matches, ranked[0]);
      return {
        passages: ranked.slice(0, limit).map(passageOf),
        answerable: confidence >= ANSWERABLE_FLOOR,
        confidence,
      };
    },
  };
}

function bestPerArticle(hits: readonly Hit[]): Hit[] {
  const seen = new Set<string>();
  return hits.filter((hit) => !seen.has(hit.articleId) && seen.add(hit.articleId));
}

/** How much of the question's information the best passage holds, 0 to 1. */
function coverage(matches: Matches, best: Hit | undefined): number {
  if (!best) return 0;
  const idf = matches.passagesWith.map((n) => Math.log(1 + (matches.passages - n + 0.5) / (n + 0.5)));
  const all = idf.reduce((sum, one) => sum + one, 0);
  const held = best.terms.reduce((sum, term) => sum + (idf[term] ?? 0), 0);
  return all === 0 ? 0 : held / all;
}

function passageOf(hit: Hit): Passage {
  return {
    id: hit.passageId,
    articleId: hit.articleId,
    title: hit.title,
    heading: hit.heading,
    url: hit.url,
    text: hit.text,
    audience: hit.audience,
    score: hit.score,
  };
}
