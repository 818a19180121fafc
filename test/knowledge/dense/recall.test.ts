import { expect, it } from "vitest";

import { createRecall } from "../../../src/knowledge/dense/recall.ts";
import { standIn, vectorOf } from "./stand-in.ts";

it("works a text out once, several in one call, and gives them in order", async () => {
  const embedder = standIn();
  const recall = createRecall(embedder, 10);
  expect(await recall.vectorsOf(["tea", "mug", "tea"])).toEqual(["tea", "mug", "tea"].map(vectorOf));
  expect(await recall.vectorsOf(["mug", "kettle"])).toEqual(["mug", "kettle"].map(vectorOf));
  expect(embedder.asked).toEqual(["tea", "mug", "kettle"]);
});

it("forgets what was not asked for longest", async () => {
  const embedder = standIn();
  const recall = createRecall(embedder, 2);
  for (const text of ["tea", "mug", "tea", "cup"]) await recall.vectorsOf([text]);
  expect(["tea", "mug", "cup"].map((text) => recall.has([text]))).toEqual([true, false, true]);
});

it("tries anew after a failure", async () => {
  const embedder = standIn();
  const recall = createRecall(embedder, 10);
  embedder.trouble = "fails";
  await expect(recall.vectorsOf(["tea", "mug"])).rejects.toThrow("broken");
  embedder.trouble = "none";
  expect(await recall.vectorsOf(["tea"])).toEqual([vectorOf("tea")]);
});
