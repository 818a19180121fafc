import { describe, expect, it } from "vitest";

import { createExpiring } from "../../../adapters/slack/expiring.ts";

/** A look-up whose answers the test gives. */
function lookUp(most = 10) {
  let time = 0;
  const asked: { readonly key: string; answer(value: string): void; fail(): void }[] = [];
  const failures: string[] = [];
  const expiring = createExpiring<string>({
    load: (key) =>
      new Promise((resolve, reject) => {
        asked.push({ key, answer: resolve, fail: () => reject(new Error("busy")) });
      }),
    now: () => time,
    freshMs: 100,
    keepMs: 1_000,
    most,
    onError: (_error, key) => failures.push(key),
  });
  return { ...expiring, asked, failures, at: (ms: number) => (time = ms) };
}

describe("a look-up that must not keep anybody waiting", () => {
  it("asks once for many at the same time, and not again while the answer is fresh", async () => {
    const { get, asked } = lookUp();
    const both = Promise.all([get("a", 1_000), get("a", 1_000)]);
    asked[0]?.answer("Ann");
    expect(await both).toEqual(["Ann", "Ann"]);
    expect(await get("a", 1_000)).toBe("Ann");
    expect(asked).toHaveLength(1);
  });

  it("gives out what is old while it asks anew, and not what is too old", async () => {
    const { get, asked, at } = lookUp();
    const first = get("a", 1_000);
    asked[0]?.answer("Ann");
    await first;
    at(500);
    expect(await get("a", 1)).toBe("Ann");
    expect(asked).toHaveLength(2);
    at(2_000);
    expect(await get("a", 1)).toBeNull();
  });

  it("gives up after a while, and keeps the answer that comes later", async () => {
    const { get, asked } = lookUp();
    expect(await get("a", 1)).toBeNull();
    asked[0]?.answer("Ann");
    expect(await get("a", 1_000)).toBe("Ann");
    expect(asked).toHaveLength(1);
  });

  it("knows nothing after a failure, and asks again", async () => {
    const { get, asked, failures } = lookUp();
    const first = get("a", 1_000);
    asked[0]?.fail();
    expect(await first).toBeNull();
    expect(failures).toEqual(["a"]);
    const second = get("a", 1_000);
    asked[1]?.answer("Ann");
    expect(await second).toBe("Ann");
  });

  it("keeps no more than it may", async () => {
    const { get, asked } = lookUp(2);
    for (const key of ["a", "b", "c"]) {
      const answer = get(key, 1_000);
      asked.at(-1)?.answer(key.toUpperCase());
      await answer;
    }
    expect(await get("c", 1)).toBe("C");
    expect(await get("a", 1)).toBeNull();
  });
});
