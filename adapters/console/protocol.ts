/**
 * One JSON line of the console protocol, checked. Pure: what the line means as an event is in `normalise.ts`, what goes
 * out is in `render.ts`.
 */
import { z } from "zod";

import type { InboundEvent } from "../../src/domain.ts";
import { messageOf } from "../../src/errors.ts";
import { normaliseLine } from "./normalise.ts";
import type { LineContext } from "./normalise.ts";

export type ParsedLine =
  | { readonly kind: "event"; readonly event: InboundEvent; readonly replyId: string }
  /** `message` names the field that is wrong. */
  | { readonly kind: "error"; readonly message: string };

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

/** Bounded, because it becomes a key of the database and part of each answer. */
const id = z
  .string()
  .min(1, "must not be empty")
  .max(256, "must have at most 256 characters")
  .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), "must not hold control characters");

/** Half a surrogate pair or a zero byte is legal JSON, but no database column takes it. */
const text = z.string().transform((value) => value.toWellFormed().replaceAll("\0", ""));

const written = text.refine((value) => value.trim() !== "", "must not be empty");

const user = z
  .object({ id, name: text.transform((name) => name.trim().slice(0, 200)).optional() })
  .transform(({ id, name }) => ({ id, name: name ? name : id }));

const channel = z.enum(["public", "private"]).optional();

const attachment = z.object({
  name: text,
  mimeType: text.default("application/octet-stream"),
  bytes: z.number().int().nonnegative().default(0),
});

/** One to five, or a thumb. */
const score = z.union(
  [z.number().int().min(1).max(5), z.enum(["up", "down"]).transform((thumb) => (thumb === "up" ? 5 : 1))],
  'must be a whole number from 1 to 5, or "up" or "down"',
);

const message = z.object({
  type: z.literal("message"),
  id: id.optional(),
  conversation: id,
  channel,
  user,
  text: text.default(""),
  attachments: z.array(attachment).max(100).default([]),
});

const lineSchema = z.discriminatedUnion("type", [
  message,
  z.object({
    type: z.literal("edit"),
    id,
    event: id.optional(),
    conversation: id.optional(),
    escalation: id.optional(),
    channel,
    user: user.optional(),
    text: written,
  }),
  z.object({
    type: z.literal("delete"),
    id,
    event: id.optional(),
    conversation: id.optional(),
    escalation: id.optional(),
    channel,
    user: user.optional(),
  }),
  z.object({
    type: z.literal("staff"),
    id: id.optional(),
    escalation: id.optional(),
    conversation: id.optional(),
    channel,
    user,
    text: text.default(""),
    attachments: z.array(attachment).max(100).default([]),
  }),
  z.object({
    type: z.literal("action"),
    id: id.optional(),
    action: z.enum(["claim", "resolve", "hand_back", "rate"]),
    escalation: id.optional(),
    conversation: id.optional(),
    user,
    note: text.optional(),
    score: score.optional(),
    rating: score.optional(),
    value: score.optional(),
    comment: text.optional(),
  }),
  z.object({
    type: z.literal("verify"),
    id: id.optional(),
    conversation: id.optional(),
    user,
    email: z.string().trim().pipe(z.email("must be an e-mail address")),
  }),
]);

/** A line as the rest of the adapter sees it; the screen makes these too, so that typing and scripts go one way. */
export type ConsoleLine = z.output<typeof lineSchema>;

const LINE_TYPES = ["message", "edit", "delete", "staff", "action", "verify"] as const;

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
