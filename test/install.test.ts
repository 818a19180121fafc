import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

interface Locked {
  readonly gypfile?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** What `npm ci` does on a stranger's machine is written in the lock file. */
describe("the lock file", () => {
  const { packages } = JSON.parse(
    readFileSync(join(import.meta.dirname, "..", "package-lock.json"), "utf8"),
  ) as { packages: Readonly<Record<string, Locked>> };

  it("keeps npm 10 from compiling better-sqlite3, whose binaries are in its package", () => {
    // npm drops this line when it rewrites the entry: put it back after an update of better-sqlite3.
    expect(packages["node_modules/better-sqlite3"]?.gypfile).toBe(false);
  });

  it("has every platform's part of each tool, so that it installs on other machines than ours", () => {
    const names = new Set(Object.keys(packages).map((path) => path.split("node_modules/").at(-1)));
    const missing = Object.values(packages)
      .flatMap((locked) => Object.keys(locked.optionalDependencies ?? {}))
      .filter((name) => !names.has(name));
    expect(missing).toEqual([]);
  });
});
