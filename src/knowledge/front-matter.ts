import { parse } from "yaml";
import { z } from "zod";

import { messageOf } from "../errors.ts";

/** Only these keys are ours; documentation tools put many others beside them. */
const frontMatter = z.object({
  id: z.union([z.string().min(1), z.number().transform(String)]).optional(),
  title: z.string().min(1).optional(),
  url: z.url({ protocol: /^https?$/ }).optional(),
  audience: z.enum(["customer", "internal"]).optional(),
});

export type FrontMatter = z.infer<typeof frontMatter>;

/** Takes the YAML block off the top of a file. Throws an Error that says what is wrong with it. */
export function readFrontMatter(text: string): { readonly matter: FrontMatter; readonly body: string } {
  const block = /^---[ \t]*\r?\n([\s\S]*?)(?:\r?\n)?---[ \t]*(?:\r?\n|$)/.exec(text);
  if (!block) return { matter: {}, body: text };
  let value: unknown;
  try {
    value = parse(block[1] ?? "");
  } catch (error) {
    throw new Error(`the front matter is not YAML: ${messageOf(error)}`, { cause: error });
  }
  const body = text.slice(block[0].length);
  if (value === null || value === undefined) return { matter: {}, body };
  // A page may begin with a ruled-off sentence that is no front matter.
  if (typeof value !== "object" || Array.isArray(value)) return { matter: {}, body: text };
  const read = frontMatter.safeParse(value);
  if (!read.success) throw new Error(`in the front matter: ${problems(read.error)}`);
  return { matter: read.data, body };
}

/** A validation error in one line: path and what is wrong. */
export function problems(error: z.ZodError): string {
  return error.issues
    .map((issue) => `${issue.path.map(String).join(".") || "the entry"}: ${issue.message}`)
    .join("; ");
}
