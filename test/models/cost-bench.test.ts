import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { expect, it } from "vitest";

const BENCH = join(import.meta.dirname, "..", "..", "bench", "cost", "bench.ts");

/** The plain design is derived from our own prompts; when they change, the benchmark must be told, not break unseen. */
it("the cost benchmark runs, is refused nothing, and answers in one call what classifier and search are sure of", () => {
  const ran = spawnSync(process.execPath, [BENCH, "--questions", "12", "--delay", "0"], { encoding: "utf8" });
  expect(ran.stderr).toBe("");
  expect(ran.status).toBe(0);
  const sure = ran.stdout.slice(ran.stdout.indexOf("those that search had an answer to"));
  const cells = (label: string) => rowOf(sure, label).map(Number);
  const [plain, sonnet, ours] = cells("model calls a question");
  expect(plain).toBeGreaterThanOrEqual(3);
  expect(sonnet).toBe(plain);
  expect(ours).toBe(1);
  expect(cells("questions")[2]).toBeGreaterThan(3);
  expect(rowOf(sure, "cost, of plain")[0]).toBe("100.0 %");
});

function rowOf(table: string, label: string): string[] {
  const line = table.split("\n").find((text) => text.startsWith(`| ${label} |`));
  return (
    line
      ?.split("|")
      .slice(2, 5)
      .map((cell) => cell.trim()) ?? []
  );
}
