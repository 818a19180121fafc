import { describe, expect, it } from "vitest";

import { hasCalmedDown } from "../../src/agent/calm.ts";
import { spoke } from "../servers/shop.ts";

const ANGRY = spoke("customer", "this is ridiculous, it is still broken!");
const calm = (text: string) => spoke("customer", text);
const ANSWER = spoke("ai", "Under Settings.");

describe("a customer who was frustrated", () => {
  it("has calmed down after three messages without a sign of it", () => {
    const later = [calm("where is the setting?"), ANSWER, calm("and on the phone?"), ANSWER];
    expect(hasCalmedDown([ANGRY, ANSWER, ...later])).toBe(false);
    expect(hasCalmedDown([ANGRY, ANSWER, ...later, calm("can I export it as well?")])).toBe(true);
  });

  it("has not, when one of the three shows it again", () => {
    const again = [calm("where is it?"), ANGRY, calm("and on the phone?")];
    expect(hasCalmedDown([ANGRY, calm("ok, thanks"), ...again])).toBe(false);
  });

  it("is not calmed down by what others write", () => {
    const others = [
      spoke("member", "hi"),
      spoke("staff", "hello"),
      spoke("ai", "see above"),
      spoke("system", "ok"),
    ];
    expect(hasCalmedDown([ANGRY, ...others])).toBe(false);
    expect(hasCalmedDown([])).toBe(false);
  });
});
