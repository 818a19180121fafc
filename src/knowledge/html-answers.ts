import { z } from "zod";

/** A question with its answer, as a page describes itself to search engines. `answer` may be HTML. */
export interface Answered {
  readonly question: string;
  readonly answer: string;
}

interface HasScripts {
  querySelectorAll(selector: string): Iterable<{ readonly textContent: string | null }>;
}

const question = z.object({
  name: z.string().min(1),
  acceptedAnswer: z.union([z.object({ text: z.string() }), z.array(z.object({ text: z.string() }))]),
});
const hasEntity = z.object({ mainEntity: z.unknown() });
const hasGraph = z.object({ "@graph": z.array(z.unknown()) });

/** The questions of schema.org's `FAQPage` in a page's JSON-LD: many pages show them by a script that we do not run. */
export function answersOf(document: HasScripts): Answered[] {
  const scripts = document.querySelectorAll('script[type="application/ld+json"]');
  return [...scripts].flatMap(({ textContent }) => answersIn(parsed(textContent ?? "")));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // A page's description of itself is often broken; the page is read all the same.
    return null;
  }
}

function answersIn(value: unknown): Answered[] {
  if (Array.isArray(value)) return value.flatMap(answersIn);
  const graph = hasGraph.safeParse(value);
  if (graph.success) return graph.data["@graph"].flatMap(answersIn);
  const page = hasEntity.safeParse(value);
  if (!page.success) return [];
  return [page.data.mainEntity].flat().flatMap((entity): Answered[] => {
    const read = question.safeParse(entity);
    if (!read.success) return [];
    const answers = [read.data.acceptedAnswer].flat();
    return [
      {
        question: read.data.name.replaceAll(/\s+/g, " ").trim(),
        answer: answers.map(({ text }) => text).join("\n\n"),
      },
    ];
  });
}
