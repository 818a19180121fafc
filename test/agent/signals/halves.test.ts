import { expect, it } from "vitest";

import { numbersFromHalves } from "../../../src/agent/signals/halves.ts";

it("reads every number of half precision as the engine does", () => {
  const halves = Uint16Array.from({ length: 65_536 }, (_, at) => at);
  expect(numbersFromHalves(new Uint8Array(halves.buffer))).toEqual(
    Float64Array.from(new Float16Array(halves.buffer)),
  );
});
