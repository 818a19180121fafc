import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";

import type { KnowledgeIndex } from "../../src/knowledge/index-port.ts";
import { spelledRight } from "../../src/knowledge/spelling.ts";
import { openSqlite } from "../../src/store/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { put } from "../contracts/knowledge-articles.ts";

describe("a question's spelling", () => {
  let index: KnowledgeIndex;

  beforeAll(async () => {
    index = openSqliteKnowledge(openSqlite(":memory:"));
    await put(index, "a", [
      "Reset your password in Settings.",
      "A new password is sent by e-mail.",
      "Account",
    ]);
    await put(index, "b", [
      "Set up webhooks",
      "Cancel your subscription",
      "Plants need light",
      "Zapfino sync",
    ]);
  });

  it.each([
    ["how do i reset my pasword", "how do i reset my password"],
    ["How do I reset my Passwrod?", "How do I reset my password?"],
    ["my acccount", "my account"],
    ["set up a webhok!", "set up a webhook!"],
    ["cancel my subscritpion", "cancel my subscription"],
    ["zapfnio broken", "zapfino broken"],
    ["where is 'pasword' page", "where is 'password' page"],
  ])("%s: %s", async (given, right) => {
    expect(await spelledRight(given, index)).toBe(right);
  });

  it.each([
    "which planet is largest", // an English word, though "plant" is one letter away
    "zapfino", // a word of the articles, whatever it is
    "does venmo work", // one slip from nothing
    "my passworX42 fails", // no word
    "wie setze ich mein pasword zurück", // another language, of which no words are known here
    "crd", // too short to tell
    "",
  ])("is left as it is: %s", async (given) => {
    expect(await spelledRight(given, index)).toBe(given);
  });

  it("leaves a text alone that is made of strange words", async () => {
    const strange = "pasword acccount webhok subscritpion zapfnio settngis passwrod";
    expect(await spelledRight(strange, index)).toBe(strange);
  });

  it("asks nothing of the articles for what is no word", async () => {
    let asked = 0;
    const counting = {
      holding: async (stems: readonly string[]) => {
        asked += stems.length;
        return index.holding(stems);
      },
    };
    for (const text of ["a".repeat(4_000), `why n${"o".repeat(2_000)}`, "qwertzuiop".repeat(200)]) {
      expect(await spelledRight(text, counting)).toBe(text);
    }
    expect(asked).toBe(0);
  });

  it("never fails, and keeps everything but words", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 200 }), async (text) => {
        const right = await spelledRight(text, index);
        expect(right.replaceAll(/[\p{L}\p{N}\p{M}]+/gu, "")).toBe(
          text.replaceAll(/[\p{L}\p{N}\p{M}]+/gu, ""),
        );
      }),
    );
  });
});
