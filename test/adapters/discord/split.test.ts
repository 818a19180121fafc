import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { toDiscordMarkdown } from "../../../adapters/discord/markdown.ts";
import { MOST_CHARACTERS, split } from "../../../adapters/discord/split.ts";

/** Text as models and people write it, and text that nobody would. */
const line = fc.oneof(
  fc.lorem({ maxCount: 60 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.constantFrom(
    "```",
    "```ts",
    "~~~",
    "````",
    "> quoted",
    "- item",
    "| a | b |",
    "|---|---|",
    "### Deep",
    "",
    "",
  ),
  fc.lorem({ maxCount: 400 }).map((words) => `> ${words}`),
  fc.tuple(fc.lorem({ maxCount: 3 }), fc.webUrl()).map(([label, url]) => `[${label}](${url})`),
);
const text = fc.array(line, { maxLength: 60 }).map((lines) => lines.join("\n"));

/** Runs of letters and digits that fit into one message whole. */
function wordsOf(given: string): string[] {
  return given.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function countFences(part: string): number {
  return part.split("\n").filter((line) => line.startsWith("```")).length;
}

describe("a long text for Discord", () => {
  it("makes parts that fit, closes every fence in each and loses no word", () => {
    fc.assert(
      fc.property(text, (given) => {
        const parts = split(toDiscordMarkdown(given));
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(MOST_CHARACTERS);
          expect(part.trim()).not.toBe("");
          expect(countFences(part) % 2).toBe(0);
        }
        const left = tally(wordsOf(parts.join("\n")));
        for (const [word, count] of tally(wordsOf(given))) {
          expect(left.get(word) ?? 0, `“${word}” of ${JSON.stringify(given)}`).toBeGreaterThanOrEqual(count);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("stays one message when it fits", () => {
    expect(split("Hello.\n\nHow are you?")).toEqual(["Hello.\n\nHow are you?"]);
  });

  it("is cut between paragraphs before anything else", () => {
    const [one, two] = ["a ".repeat(600).trim(), "b ".repeat(600).trim()];
    expect(split(`${one}\n\n${two}`)).toEqual([one, two]);
  });

  it("closes a fence at the cut and opens it again with its language", () => {
    const code = Array.from({ length: 200 }, (_, index) => `const value${index} = ${index};`);
    const parts = split(["Before.", "```ts", ...code, "```", "After."].join("\n"));
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts.slice(1, -1)) expect(part).toMatch(/^```ts\n[^`]+\n```$/);
    expect(parts.at(-1)).toMatch(/```\nAfter\.$/);
    const lines = parts.flatMap((part) => part.split("\n")).filter((line) => line.startsWith("const"));
    expect(lines).toEqual(code);
  });

  it("keeps a masked link in one piece and a long quote quoted", () => {
    const link = "[how to change the card](https://help.acme.example/articles/change-card)";
    const parts = split(`> ${"word ".repeat(395)}${link} ${"more ".repeat(100)}`);
    expect(parts.length).toBe(2);
    expect(parts.filter((part) => part.includes(link)).length).toBe(1);
    for (const part of parts) expect(part).toMatch(/^> /);
  });

  it("cuts a word that is longer than a message, and never half an emoji", () => {
    const parts = split("x" + "😀".repeat(3_000));
    expect(parts.every((part) => part.length <= MOST_CHARACTERS && part.isWellFormed())).toBe(true);
    expect(parts.join("")).toBe("x" + "😀".repeat(3_000));
  });

  it("takes no longer than a moment for what was written to take long", () => {
    const most = 40_000;
    const nasty = ["`", "[", " ", "#### ", "| ", "-", "> ", "![", "](", "*", "@", "<@"].flatMap((sign) => {
      const run = sign.repeat(most / sign.length);
      return [run, `#### ${run}x`, `a|b\n${run}x`, `[${run}](${run}`];
    });
    const started = performance.now();
    for (const given of nasty) split(toDiscordMarkdown(given));
    // 48 texts of 40,000 characters took 0.1 s here.
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it("says nothing for an empty text", () => {
    expect(split(" \n\n ")).toEqual([]);
  });
});

function tally(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
