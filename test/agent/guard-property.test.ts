import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { shown } from "./guard-scene.ts";

/** Pieces that make trouble when they stand beside one another, and in one another. */
const PIECES = [
  [
    "<",
    ">",
    "@",
    "!",
    "#",
    "&",
    "|",
    "[",
    "]",
    "(",
    ")",
    "](",
    "[x](",
    "![",
    "[1]: ",
    ":",
    "/",
    "//",
    "\\",
    ".",
    "_",
  ],
  ["everyone", "here", "channel", "!channel", "@U123", "<@U123>", "<!here>", "<b>", "</b>", "<!--", "-->"],
  ["https://", "HTTPS://", "http:", "www.", "javascript:", "mailto:", "ftp://"],
  ["evil.com", "evil.org", "evil", ".com", "acme.example", "app.acme.example", "help.acme.example/refunds"],
  [
    "eve@",
    "eve",
    "@evil.org",
    "ann@example.com",
    "\u200B",
    "\u00AD",
    "\u202E",
    "\u0000",
    "\u3002",
    "\t",
    "\n",
    " a ",
  ],
].flat();
const hostile = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...PIECES) },
      fc.string({ unit: "binary", maxLength: 5 }),
    ),
    {
      maxLength: 25,
    },
  )
  .map((pieces) => pieces.join(""));

/** What a reader's client could turn into something, without the addresses that may stand. */
function rest(text: string): string {
  return text.replaceAll(/(?:https:\/\/)?(?:app\.|help\.)?acme\.example(?:[/?#][^\s<>()[\]"']*)?/gi, "");
}

describe("whatever a model writes, a customer's client", () => {
  const check = (property: (text: string) => void) =>
    fc.assert(
      fc.property(hostile, (draft) => property(shown(draft, { visibility: "public" }))),
      { numRuns: 20_000 },
    );

  it("finds no link to a foreign host in it", () => {
    check((text) => {
      expect(rest(text)).not.toMatch(/evil\.(?:com|org)(?![\p{L}\p{N}])/iu);
      expect(rest(text)).not.toMatch(/[a-z]:\/\/[a-z0-9]/i);
      expect(rest(text)).not.toMatch(/\]\(\s*<?(?:javascript|data|mailto):/i);
    });
  });

  it("finds nobody to ping in it", () => {
    check((text) => {
      expect(text).not.toMatch(/@(?:everyone|here|channel)\b/i);
      expect(text).not.toMatch(/<[@!#][^>]*>/);
    });
  });

  it("finds no e-mail address in it that no article gives", () => {
    check((text) => {
      expect(text).not.toMatch(/[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/i);
    });
  });

  it("gets it in a moment, however long and odd it is", () => {
    const slow: string[] = [];
    for (const piece of PIECES) {
      const started = performance.now();
      shown(`Refunds. ${piece.repeat(Math.ceil(8_000 / piece.length))}`);
      const tookMs = performance.now() - started;
      if (tookMs > 2_000) slow.push(piece);
    }
    expect(slow).toEqual([]);
  });
});
