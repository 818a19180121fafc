import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import { rolldown } from "rolldown";

const MAIN = join(import.meta.dirname, "..", "..", "..", "src", "cli", "main.ts");
/** It brings compiled code and looks for it beside itself. */
const NATIVE = createRequire(import.meta.url).resolve("better-sqlite3");

/**
 * The same program from the same sources, as one file: a start reads a handful of files instead of a thousand, which is
 * most of what 500 starts cost. Gone when this process ends.
 */
export async function bundleProgram(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "deskhand-bundle-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const bundle = await rolldown({
    input: MAIN,
    platform: "node",
    logLevel: "silent",
    plugins: [
      {
        name: "deskhand",
        resolveId: (id) =>
          id === "better-sqlite3" ? { id: pathToFileURL(NATIVE).href, external: true } : null,
        // What lies beside a source file is looked for there.
        transform: (code, id) =>
          code
            .replaceAll("import.meta.dirname", JSON.stringify(dirname(id)))
            .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(id).href)),
      },
    ],
  });
  await bundle.write({ dir: folder, format: "esm", entryFileNames: "main.mjs" });
  await bundle.close();
  return join(folder, "main.mjs");
}
