import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // A shared two-core machine may be thirty times slower than a laptop; these bounds only catch what hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // Vectors take minutes on such a machine; the tests that are about them say so themselves.
    env: { DESKHAND_EMBEDDING: "none" },
  },
});
