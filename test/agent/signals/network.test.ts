import { describe, expect, it } from "vitest";
import { readOwn } from "../../../bench/signals/corpus.ts";
import { learnNetwork, wordSampleOf } from "../../../bench/signals/network-learner.ts";
import { NEIGHBOURS } from "../../../bench/signals/word-vectors.ts";
import { modelBytes, parseModel, scorerOf, shippedModel } from "../../../src/agent/signals/model.ts";
import { prepare } from "../../../src/agent/signals/prepare.ts";
import { GAP, MAX_TOKENS, tokensOf, UNKNOWN } from "../../../src/agent/signals/vocabulary.ts";

const { vocabulary } = shippedModel();
const words = (text: string) => [...tokensOf(prepare(text), vocabulary).words];

describe("the words network", () => {
  it("reads a sentence as its words between two gaps", () => {
    const numbers = ["call", "me"].map((word) => vocabulary.numbers.get(word));
    expect(words("Call me!")).toEqual([GAP, ...numbers, GAP]);
  });

  it("mends a word that it does not know, and marks what stays unknown", () => {
    expect(words("representitive")).toEqual(words("representative"));
    expect(words("xqzvbt")).toEqual([GAP, UNKNOWN, GAP]);
  });

  it("reads the beginning and the end of a long message", () => {
    const long = words(`refund ${"and then it goes on. ".repeat(400)} operator`);
    expect(long.length).toBeLessThanOrEqual(MAX_TOKENS);
    expect(long[1]).toBe(vocabulary.numbers.get("refund"));
    expect(long.at(-2)).toBe(vocabulary.numbers.get("operator"));
  });

  it("says the same of a message however often and after whatever it reads it", () => {
    const score = scorerOf(shippedModel());
    const first = score(prepare("put me through to your boss"), []);
    for (const text of ["", "?", "a", "hello there", "word ".repeat(3_000)]) score(prepare(text), []);
    expect(score(prepare("put me through to your boss"), [])).toEqual(first);
  });

  it("comes out of its file as it went in", () => {
    const model = shippedModel();
    expect(parseModel(modelBytes(model))).toEqual(model);
  });

  it("does not accept a file that is cut short", () => {
    const bytes = modelBytes(shippedModel());
    expect(() => parseModel(bytes.subarray(0, bytes.length - 4))).toThrow(/train\.ts/);
  });

  it("is learnt the same from the same messages and seed, and not from another seed", () => {
    const lessons = readOwn("train")
      .slice(0, 60)
      .map((example) => [wordSampleOf({ example, weight: 1 }, vocabulary)]);
    const neighbours = new Int32Array(vocabulary.numbers.size * NEIGHBOURS);
    const learn = (seed: number) => learnNetwork(lessons, vocabulary, neighbours, seed);
    expect(learn(1)).toEqual(learn(1));
    expect(learn(2).network.params).not.toEqual(learn(1).network.params);
  });
});
