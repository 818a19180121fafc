import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

import { describe, expect, it } from "vitest";

/** The rules of the layout, read off the files themselves. */

const ROOT = join(import.meta.dirname, "..");
const LONGEST_FILE = 400;
const IMPORT = /^(?:import|export)\b[^;]*?from\s*"([^"]+)"|^import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;

interface SourceFile {
  /** From the root of the project: `src/turn.ts`. */
  readonly path: string;
  readonly lines: number;
  /** Files of ours by their path, packages by their name; types too: who needs a type needs the file to be read. */
  readonly imports: readonly string[];
}

function read(folder: string): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(join(ROOT, path), "utf8");
      const found = [...text.matchAll(IMPORT)];
      return {
        path,
        lines: text.trimEnd().split("\n").length,
        imports: found.map((match) => targetOf(match[1] ?? match[2] ?? match[3] ?? "", path)),
      };
    });
}

function targetOf(specifier: string, from: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return relative(ROOT, resolve(ROOT, from, "..", specifier));
}

const src = read("src");
const adapters = read("adapters");
const all = [...src, ...adapters];

/** `file -> what it imports`, for those that break a rule. */
function breaking(
  files: readonly SourceFile[],
  isWrong: (target: string, file: SourceFile) => boolean,
): string[] {
  return files.flatMap((file) =>
    file.imports.filter((target) => isWrong(target, file)).map((target) => `${file.path} -> ${target}`),
  );
}

describe("the boundaries of the code", () => {
  it("are read from real files: imports of both kinds are seen", () => {
    expect(src.length).toBeGreaterThan(80);
    const turn = src.find(({ path }) => path === "src/turn.ts");
    expect(turn?.imports).toContain("src/agent/admit.ts");
    expect(turn?.imports).toContain("src/config/schema.ts");
    expect(all.flatMap(({ imports }) => imports)).toContain("better-sqlite3");
  });

  it("let no platform's SDK into the core", () => {
    const isSdk = (target: string) => /^(@slack\/|@discordjs\/|discord(\.js|-api-types)?\b)/.test(target);
    expect(breaking(src, isSdk)).toEqual([]);
  });

  it("let only the command line know the adapters", () => {
    const outside = src.filter(({ path }) => !path.startsWith("src/cli/"));
    expect(breaking(outside, (target) => target.startsWith("adapters"))).toEqual([]);
  });

  it("let adapters know the boundary and the nouns, and nothing of how the core works", () => {
    // src/ops/log.ts: the type of the log that an adapter is handed.
    // src/title.ts: what of a question may name a thread.
    // src/config/schema.ts: the type of the operator's settings for it.
    const known = [
      "src/adapter.ts",
      "src/domain.ts",
      "src/errors.ts",
      "src/ops/log.ts",
      "src/title.ts",
      "src/config/schema.ts",
    ];
    expect(breaking(adapters, (target) => target.startsWith("src/") && !known.includes(target))).toEqual([]);
  });

  it("let one platform's adapter know nothing of another's", () => {
    const platformOf = (path: string) => /^adapters\/([^/]+)\//.exec(path)?.[1];
    const isForeign = (target: string, { path }: SourceFile) => {
      const [own, other] = [platformOf(path), platformOf(target)];
      return own !== undefined && other !== undefined && own !== other && other !== "shared";
    };
    expect(breaking(adapters, isForeign)).toEqual([]);
  });

  it("let no database driver out of the store", () => {
    // The doctor looks at a database as it is: opening it through the store would migrate it first.
    const doctor = "src/ops/check-database.ts";
    const outside = all.filter(({ path }) => !path.startsWith("src/store/") && path !== doctor);
    expect(breaking(outside, (target) => /^(better-sqlite3|drizzle-orm|pg$|postgres$)/.test(target))).toEqual(
      [],
    );
  });

  it("let only the store and what opens it know the implementations behind the port", () => {
    const mayOpen = /^src\/(store|cli|ops)\//;
    const outside = all.filter(({ path }) => !mayOpen.test(path));
    expect(breaking(outside, (target) => /^src\/store\/(sqlite|postgres|open|schema)/.test(target))).toEqual(
      [],
    );
  });

  it("let only the models folder know the model's SDK", () => {
    const outside = all.filter(({ path }) => !path.startsWith("src/models/"));
    expect(breaking(outside, (target) => target.startsWith("@anthropic-ai/"))).toEqual([]);
  });

  it("have no circle of files that import one another, not even for types", () => {
    expect(circles(all)).toEqual([]);
  });

  it("find a circle when there is one", () => {
    const file = (path: string, ...imports: string[]) => ({ path, lines: 1, imports });
    const three = [file("a", "b"), file("b", "c", "zod"), file("c", "a"), file("d", "a")];
    expect(circles(three)).toEqual(["a -> b -> c -> a"]);
  });

  it("keep every file short enough to be read in one go", () => {
    const long = all.filter(({ lines }) => lines > LONGEST_FILE);
    expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
  });
});

function circles(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]) => {
    const at = way.indexOf(path);
    if (at !== -1) found.push([...way.slice(at), path].join(" -> "));
    if (at !== -1 || done.has(path)) return;
    for (const next of byPath.get(path)?.imports ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return found;
}
