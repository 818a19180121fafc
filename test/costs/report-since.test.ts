import { describe, expect, it } from "vitest";

import { parseSince } from "../../src/costs/report-since.ts";

const NOW = Date.parse("2026-11-24T12:00:00Z");

describe("--since", () => {
  it.each([
    ["30m", "2026-11-24T11:30:00.000Z"],
    ["24h", "2026-11-23T12:00:00.000Z"],
    ["7d", "2026-11-17T12:00:00.000Z"],
    ["2026-11-01", "2026-11-01T00:00:00.000Z"],
    ["999999d", "1970-01-01T00:00:00.000Z"],
  ])("takes %s for %s", (given, expected) => {
    const at = parseSince(given, NOW);
    expect(at !== null && new Date(at).toISOString()).toBe(expected);
  });

  it.each([
    "",
    "7",
    "d",
    "7 d",
    "7D",
    "-7d",
    "0d",
    "1.5h",
    "7w",
    "yesterday",
    "2026-02-30",
    "2026-13-01",
    "2028-02-29",
    "2026-11-25",
  ])("refuses %j", (given) => expect(parseSince(given, NOW)).toBeNull());
});
