import fc from "fast-check";
import { it } from "vitest";

export { fc };

/** `it` for a property over made-up values. */
export const test = {
  prop:
    <Values extends [unknown, ...unknown[]]>(
      values: { [At in keyof Values]: fc.Arbitrary<Values[At]> },
      runs = 500,
    ) =>
    (name: string, check: (...given: Values) => void) => {
      it(
        name,
        () => {
          fc.assert(fc.property(...values, check), { numRuns: runs });
        },
        60_000,
      );
    },
};
