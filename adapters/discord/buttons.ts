import { z } from "zod";

/**
 * What our buttons and forms carry in their `custom_id` (100 characters at most): `deskhand:claim:E-17`. It comes back
 * as it was sent, but a changed client could send another: code checks it again.
 */
const NAMES = [
  "claim",
  "resolve",
  "hand_back",
  "rate",
  "helpful",
  "unhelpful",
  "reveal",
  "verify_email",
  "enter_code",
] as const;
export type ButtonName = (typeof NAMES)[number];

/** The one input of each form. */
export const FORM_INPUT = "deskhand:input";

/** The commands; `src/domain.ts` has the words behind `/desk`. */
export const COMMANDS = {
  desk: "desk",
  verify: "verify",
  unlink: "unlink",
  tickets: "tickets",
  ask: "Ask Deskhand",
  escalate: "Escalate",
} as const;

const name = z.enum(NAMES);

/** `about` is the escalation, the answer's delivery id or the score. */
export function customId(button: ButtonName, about = ""): string {
  return `deskhand:${button}:${about}`;
}

export function readCustomId(id: string): { readonly button: ButtonName; readonly about: string } | null {
  const [prefix, button, ...about] = id.split(":");
  const known = name.safeParse(button);
  return prefix === "deskhand" && known.success ? { button: known.data, about: about.join(":") } : null;
}
