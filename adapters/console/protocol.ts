/**
 * One JSON line of the console protocol, checked. Pure: what the line means as an event is in `normalise.ts`, what goes
 * out is in `render.ts`.
 */
import type { z } from "zod";

import { messageOf } from "../../src/errors.ts";
import { LINE_TYPES, lineSchema } from "./line.ts";
import { normaliseLine } from "./normalise.ts";
import type { LineContext, ParsedLine } from "./normalise.ts";

/** Never throws, whatever the line holds. */
export function parseLine(text: string, context: LineContext): ParsedLine {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return { kind: "error", message: `not JSON: ${messageOf(error)}` };
  }
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    return { kind: "error", message: "not a JSON object" };
  }
  const type: unknown = "type" in raw ? raw.type : undefined;
  if (!LINE_TYPES.some((known) => known === type)) {
    const given = type === undefined ? "missing" : `unknown type ${JSON.stringify(type).slice(0, 80)}`;
    return { kind: "error", message: `type: ${given}; allowed are ${LINE_TYPES.join(", ")}` };
  }
  const parsed = lineSchema.safeParse(raw);
  if (!parsed.success) return { kind: "error", message: explain(parsed.error, raw) };
  return normaliseLine(parsed.data, context);
}

function explain(error: z.ZodError, raw: object): string {
  return error.issues
    .map(({ path, message }) => {
      const field = path.map(String).join(".") || "line";
      return at(raw, path) === undefined ? `${field}: missing` : `${field}: ${message}`;
    })
    .join("; ");
}

function at(raw: unknown, path: readonly PropertyKey[]): unknown {
  let here: unknown = raw;
  for (const key of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<PropertyKey, unknown>)[key];
  }
  return here;
}
