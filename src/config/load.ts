import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";

import { parseDocument } from "yaml";
import type { z } from "zod";

import { DeskhandError, messageOf } from "../errors.ts";
import { type Config, configSchema } from "./schema.ts";

export interface LoadedConfig {
  readonly config: Config;
  readonly path: string;
  /** Relative paths in the file are relative to this folder. */
  readonly baseDir: string;
  /** True when no configuration was given and the sample shop stands in. */
  readonly isSample: boolean;
}

const SAMPLE = join(import.meta.dirname, "..", "..", "examples", "acme", "deskhand.yaml");

/**
 * Finds, reads and checks the configuration: `--config`, then `DESKHAND_CONFIG`, then `deskhand.yaml` in the working
 * directory, then the sample shop.
 *
 * Throws `config_invalid` with each wrong key's path, what was given and what is allowed.
 */
export function loadConfig(given: string | undefined, env: NodeJS.ProcessEnv, cwd: string): LoadedConfig {
  const named = given ?? env["DESKHAND_CONFIG"];
  const own = join(cwd, "deskhand.yaml");
  const path = named ? resolve(cwd, named) : existsSync(own) ? own : SAMPLE;
  return { config: readConfig(path), path, baseDir: dirname(path), isSample: path === SAMPLE };
}

function readConfig(path: string): Config {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw invalid(path, [`cannot be read: ${messageOf(error)}`]);
  }
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0)
    throw invalid(
      path,
      document.errors.map((error) => error.message),
    );
  const given = withoutEmptySections(document.toJS() ?? {});
  const parsed = configSchema.safeParse(given);
  if (!parsed.success)
    throw invalid(
      path,
      parsed.error.issues.map((issue) => describe(issue, given)),
    );
  return parsed.data;
}

/** A section whose keys are all commented out is null in YAML; it means the defaults. */
function withoutEmptySections(given: unknown): unknown {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

function invalid(path: string, problems: readonly string[]): DeskhandError {
  return new DeskhandError(
    "config_invalid",
    `${path} is not valid:\n${problems.map((line) => `  - ${line}`).join("\n")}`,
  );
}

function describe(issue: z.core.$ZodIssue, given: unknown): string {
  const key = issue.path.join(".") || "(the file)";
  if (issue.code === "unrecognized_keys") {
    return `${key}: there is no key ${issue.keys.map((name) => `"${name}"`).join(", ")} here; check the spelling against examples/acme/deskhand.yaml`;
  }
  const value = at(given, issue.path);
  const shown = value === undefined ? "nothing" : JSON.stringify(value);
  return `${key}: ${shown} was given. Allowed: ${issue.message.replace(/^(?:Invalid (?:input|option): |Too (?:small|big): expected )/, "")}`;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

/** A path of the configuration, from the folder of its file. */
export function fromBase(baseDir: string, path: string): string {
  return isAbsolute(path) ? path : resolve(baseDir, path);
}
