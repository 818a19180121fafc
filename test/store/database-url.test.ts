import { describe, expect, it } from "vitest";

import { connectionsOf } from "../../src/store/database-url.ts";

describe("DATABASE_CONNECTIONS", () => {
  it("is ten unless it is set", () => {
    expect(connectionsOf({})).toBe(10);
    expect(connectionsOf({ DATABASE_CONNECTIONS: " " })).toBe(10);
    expect(connectionsOf({ DATABASE_CONNECTIONS: " 25 " })).toBe(25);
  });

  it.each(["3", "0", "-5", "501", "1e2", "ten", "12.5"])("refuses %s, with what is allowed", (given) => {
    expect(() => connectionsOf({ DATABASE_CONNECTIONS: given })).toThrow(
      `DATABASE_CONNECTIONS: "${given}" was given. Allowed: a whole number from 4 to 500; 10 when it is not set.`,
    );
  });
});
