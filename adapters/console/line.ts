/** The lines of the console protocol as schemas: what each may hold, and the words for what is wrong with one. */
import { z } from "zod";

/** Bounded, because it becomes a key of the database and part of each answer. */
const id = z
  .string()
  .min(1, "must not be empty")
  .max(256, "must have at most 256 characters")
  .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), "must not hold control characters");

/** Half a surrogate pair or a zero byte is legal JSON, but no database column takes it. */
const text = z.string().transform((value) => value.toWellFormed().replaceAll("\0", ""));

const written = text.refine((value) => value.trim() !== "", "must not be empty");

const named = z.object({ id, name: text.transform((name) => name.trim().slice(0, 200)).optional() });

/** A bare id stands for a person whose name is not known. */
const user = z
  .preprocess((given) => (typeof given === "string" ? { id: given } : given), named)
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

export const lineSchema = z.discriminatedUnion("type", [
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

export const LINE_TYPES = ["message", "edit", "delete", "staff", "action", "verify"] as const;
