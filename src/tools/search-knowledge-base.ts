import { z } from "zod";

import type { Passage } from "../knowledge/knowledge.ts";
import type { SearchResultBlock } from "../models/model.ts";
import { defineTool, textBlock } from "./tool.ts";

const MOST_RESULTS = 8;

const input = z.strictObject({
  query: z.string().trim().min(1),
  max_results: z.number().int().min(1).max(MOST_RESULTS).default(3),
});

export const searchKnowledgeBase = defineTool(
  {
    name: "search_knowledge_base",
    description:
      "Searches the help centre and returns ranked article passages with title and link. The customer's message has " +
      "been searched already and its results stand before it; call this only to look for something else, with a few " +
      "plain keywords. Returns nothing when no article carries an answer: then say so instead of guessing.",
    input,
  },
  async ({ query, max_results }, { knowledge }) => {
    const found = await knowledge.search(query, { limit: max_results, audience: "customer" });
    if (!found.answerable) return { content: [textBlock("No article in the help centre answers this.")] };
    return { content: found.passages.map(asSearchResult), passages: found.passages };
  },
  {
    type: "object",
    properties: {
      query: { type: "string", description: "A few keywords of what to look for." },
      max_results: { type: "integer", description: "How many articles, 1 to 8; 3 when left out." },
    },
    required: ["query"],
    additionalProperties: false,
  },
);

/** How a passage is shown to a model; its `source` is what a citation names. */
export function asSearchResult(passage: Passage): SearchResultBlock {
  const title = passage.heading ? `${passage.title} > ${passage.heading}` : passage.title;
  return { type: "search_result", source: sourceOf(passage), title, text: passage.text };
}

export function sourceOf(passage: Passage): string {
  return passage.url ?? `kb:${passage.articleId}`;
}
