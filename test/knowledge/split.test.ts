import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { pack, PASSAGE_TARGET_CHARS, sectionsOf } from "../../src/knowledge/split.ts";

const passages = (markdown: string): string[] =>
  sectionsOf(markdown).flatMap((section) => pack(section.blocks));

it("keeps the path of headings above each section", () => {
  const sections = sectionsOf(
    "Intro\n\n# A\n\na\n\n## B `code` **bold**\n\nb\n\n# C\n\nc\n\nUnder\n-----\n\nd",
  );
  expect(sections.map((section) => section.path)).toEqual([
    [],
    ["A"],
    ["A", "B code bold"],
    ["C"],
    ["C", "Under"],
  ]);
});

it("never takes a # inside a fence for a heading, and never cuts the fence", () => {
  const fence = `\`\`\`sh\n# not a heading\n${"echo hello world\n".repeat(200)}\`\`\``;
  const parts = passages(`# Shell\n\n${"Some words before it. ".repeat(60)}\n\n${fence}\n\nAfter.`);
  expect(parts.filter((part) => part.includes("```"))).toEqual([fence]);
});

it("never cuts a table", () => {
  const table = `| a | b |\n|---|---|\n${"| some cell | another cell |\n".repeat(100)}`.trimEnd();
  expect(passages(`Before.\n\n${table}\n\nAfter.`).some((part) => part.includes(table))).toBe(true);
});

it("gives a monstrous table in parts that each have the header", () => {
  const table = `| key | value |\n|---|---|\n${"| some cell | another cell |\n".repeat(2_000)}`;
  const parts = passages(table);
  expect(parts.length).toBeGreaterThan(3);
  for (const part of parts) expect(part.startsWith("| key | value |\n|---|---|\n| some cell")).toBe(true);
});

it("leaves the author's comments out", () => {
  expect(
    passages("Text <!-- TODO: secret\nplan --> here.\n\n<!-- all of it -->\n\nEnd.").join("\n"),
  ).not.toMatch(/secret|all of/);
});

describe("whatever the text", () => {
  it("no prose is longer than the target, and no word is lost", () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    const paragraph = fc.array(word, { minLength: 1, maxLength: 400 }).map((words) => `${words.join(" ")}.`);
    fc.assert(
      fc.property(fc.array(paragraph, { minLength: 1, maxLength: 5 }), (paragraphs) => {
        const parts = passages(paragraphs.join("\n\n"));
        expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(PASSAGE_TARGET_CHARS);
        const words = (texts: readonly string[]): string[] => texts.join(" ").match(/[a-z]+/g) ?? [];
        expect(words(parts)).toEqual(words(paragraphs));
      }),
      { numRuns: 50 },
    );
  });
});

it("sees the headings of HTML inside Markdown", () => {
  const sections = sectionsOf(
    "<h2>Pay</h2><p>By <b>card</b>.</p><ul><li>Visa</li></ul>\n<h2>For agents</h2><p>Ring the bell.</p>",
  );
  expect(sections.map((section) => section.path)).toEqual([["Pay"], ["For agents"]]);
  expect(sections[0]?.blocks.map((block) => block.text)).toEqual(["By **card**.", "-   Visa"]);
});
