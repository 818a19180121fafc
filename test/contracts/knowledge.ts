import { describe } from "vitest";

import type { KnowledgeIndex, VectorStore } from "../../src/knowledge/index-port.ts";
import { describeKnowledgePages } from "./knowledge-pages.ts";
import { describeKnowledgeIndex } from "./knowledge-index.ts";
import { describeVectors } from "./knowledge-vectors.ts";

export type OpenKnowledge = () => Promise<KnowledgeIndex & VectorStore>;

/** What every implementation of the knowledge ports owes. `open` gives an empty one of its own to each test. */
export function describeKnowledge(name: string, open: OpenKnowledge): void {
  describe(`the ${name} knowledge base`, () => {
    describeKnowledgeIndex(open);
    describeVectors(open);
    describeKnowledgePages(open);
  });
}
