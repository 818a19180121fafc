import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { describe, expect, it, onTestFinished } from "vitest";

import { localEmbedder } from "../../../src/knowledge/dense/local.ts";
import { openEmbedder } from "../../../src/knowledge/dense/open-embedder.ts";
import { remoteEmbedder } from "../../../src/knowledge/dense/remote.ts";

/** The only test that loads the real engine. */
describe("the local engine", () => {
  it("puts what means the same near, lets questions overtake passages, and leaves the event loop alone", async () => {
    const embedder = localEmbedder();
    onTestFinished(async () => embedder.close());
    const order: string[] = [];
    const passages = embedder
      .embed([
        "Descaling a kettle: remove limescale with vinegar once a month. ".repeat(8),
        "We open at nine and close at five. ".repeat(8),
      ])
      .then((vectors) => (order.push("passages"), vectors));
    let ticks = 0;
    const ticking = setInterval(() => (ticks += 1), 5);
    const [question] = await embedder.embed(["how do I clean the limescale out of my water boiler"], {
      urgent: true,
    });
    order.push("question");
    const [kettle, hours] = await passages;
    clearInterval(ticking);
    const near = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
    expect(order).toEqual(["question", "passages"]);
    expect(question).toHaveLength(384);
    expect(near(question!, question!)).toBeCloseTo(1, 3);
    expect(near(question!, kettle!)).toBeGreaterThan(near(question!, hours!) + 0.2);
    expect(ticks).toBeGreaterThan(3);
  });
});

describe("an endpoint that speaks OpenAI's embeddings", () => {
  it("is asked with model and key, and its vectors are brought to length one, in order", async () => {
    const asked: { authorization: string | undefined; body: unknown; url: string | undefined }[] = [];
    const url = await serve(async (body, request) => {
      asked.push({ authorization: request.authorization, body, url: request.url });
      return [
        200,
        {
          data: [
            { index: 1, embedding: [0, 2] },
            { index: 0, embedding: [3, 4] },
          ],
        },
      ];
    });
    const embedder = remoteEmbedder({ url: `${url}/v1/`, model: "small", key: "k" });
    const vectors = await embedder.embed(["a", "b"]);
    expect(vectors.map((vector) => [...vector].map((value) => Math.round(value * 10) / 10))).toEqual([
      [0.6, 0.8],
      [0, 1],
    ]);
    expect(asked).toEqual([
      {
        authorization: "Bearer k",
        url: "/v1/embeddings",
        body: { model: "small", input: ["a", "b"], encoding_format: "float" },
      },
    ]);
  });

  it.each([
    [[401, { error: "bad key" }] as const, /answered 401.*bad key/],
    [[200, { data: [] }] as const, /left out a vector/],
    [[200, { nonsense: true }] as const, /data/],
  ])("that answers %j is an error in words", async (answer, message) => {
    const url = await serve(async () => answer);
    await expect(remoteEmbedder({ url, model: "m", key: undefined }).embed(["a"])).rejects.toThrow(message);
  });
});

it("the configuration chooses, and the environment can leave embeddings out", () => {
  expect(openEmbedder({ embedding: "none" }, {})).toBeNull();
  expect(openEmbedder({ embedding: "local" }, { DESKHAND_EMBEDDING: "none" })).toBeNull();
  expect(openEmbedder({ embedding: "local" }, {})?.model).toMatch(/^local:/);
  const remote = {
    embedding: "openai-compatible",
    embedding_url: "http://e.example/v1",
    embedding_model: "m",
  } as const;
  expect(openEmbedder(remote, {})?.model).toBe("http://e.example/v1/embeddings m");
});

type Answer = readonly [status: number, body: unknown];

async function serve(
  answer: (
    body: unknown,
    request: { authorization: string | undefined; url: string | undefined },
  ) => Promise<Answer>,
): Promise<string> {
  const server = createServer((request, response) => {
    void (async () => {
      let text = "";
      for await (const part of request) text += String(part);
      const { authorization } = request.headers;
      const [status, body] = await answer(JSON.parse(text), { authorization, url: request.url });
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
