import { z } from "zod";

import type { Embedder } from "./embedder.ts";

export interface RemoteOptions {
  /** Base address with the version, such as https://api.example.com/v1; `/embeddings` is added. */
  readonly url: string;
  readonly model: string;
  /** Undefined for an endpoint of one's own that asks for none. */
  readonly key: string | undefined;
}

/** What the common endpoints take at once. */
const BATCH = 64;
const TIMEOUT_MS = 20_000;

const answerShape = z.object({
  data: z.array(z.object({ index: z.number().int().nonnegative(), embedding: z.array(z.number()) })),
});

/** Any endpoint that speaks OpenAI's `POST /embeddings`. Its answers are brought to length one. */
export function remoteEmbedder({ url, model, key }: RemoteOptions): Embedder {
  const address = `${url.replace(/\/+$/, "")}/embeddings`;
  const closed = new AbortController();

  async function batch(texts: readonly string[]): Promise<Float32Array[]> {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify({ model, input: texts, encoding_format: "float" }),
      signal: AbortSignal.any([closed.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (!response.ok) {
      const said = (await response.text()).slice(0, 200);
      throw new Error(`${address} answered ${response.status}: ${said}`);
    }
    const { data } = answerShape.parse(await response.json());
    const vectors = texts.map((_, at) => data.find((one) => one.index === at)?.embedding);
    return vectors.map((vector) => {
      if (!vector || vector.length === 0) throw new Error(`${address} left out a vector`);
      return normalised(vector);
    });
  }

  return {
    model: `${address} ${model}`,
    async embed(texts) {
      const vectors: Float32Array[] = [];
      for (let at = 0; at < texts.length; at += BATCH) {
        vectors.push(...(await batch(texts.slice(at, at + BATCH))));
      }
      return vectors;
    },
    async close() {
      closed.abort(new Error("closed"));
    },
  };
}

function normalised(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (value) => (length === 0 ? 0 : value / length));
}
