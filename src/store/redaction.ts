import type { InboundEvent } from "../domain.ts";
import type { Person } from "./person.ts";

/** What stands where a person's words or name stood. */
export const GONE = "[erased]";

/** An id shorter than this is a word that may stand for anything (the console's `ann`). */
const SHORTEST_ID = 8;

/** How a person's traces are taken out of what others wrote. */
export interface Redaction {
  /** Their e-mail and ids; none when nothing may be looked for everywhere. */
  readonly traces: readonly string[];
  readonly anywhere: (text: string) => string;
  /** In their own conversations their names too; null when they had none. */
  readonly rename: ((text: string) => string) | null;
}

export function redactionOf({ email, accounts }: Person): Redaction {
  const ids = accounts.map(({ userId }) => userId).filter((id) => id.length >= SHORTEST_ID);
  const traces = [...(email === null ? [] : [email]), ...ids];
  const names = accounts.map(({ name }) => name.trim()).filter((name) => name.length > 1);
  return {
    traces,
    anywhere: replacing(traces, "giu"),
    rename: names.length === 0 ? null : replacing(names, "gu"),
  };
}

function replacing(words: readonly string[], flags: string): (text: string) => string {
  if (words.length === 0) return (text) => text;
  const pattern = new RegExp(words.map(wholeWord).join("|"), flags);
  return (text) => text.replaceAll(pattern, GONE);
}

function wholeWord(text: string): string {
  const literal = text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
  return String.raw`(?<![\p{L}\p{N}._%+-])${literal}(?![\p{L}\p{N}_-])`;
}

/**
 * A staff event about the person. Only in what was said: names of other people are left alone. How staff closed the case
 * is about the person alone.
 */
export function redactedBody(json: string, rename: (text: string) => string): string {
  const event = JSON.parse(json) as { body?: { text?: unknown; note?: unknown } };
  const { text, note } = event.body ?? {};
  if (typeof text !== "string" && typeof note !== "string") return json;
  const body = {
    ...event.body,
    ...(typeof text === "string" && { text: rename(text) }),
    ...(typeof note === "string" && { note: GONE }),
  };
  return JSON.stringify({ ...event, body });
}

/** Discord's adapter remembers who wrote the last messages, as rows of id, user, name and thread. */
export function withoutAuthors(json: string, users: ReadonlySet<string>): string {
  const rows: unknown = JSON.parse(json);
  if (!Array.isArray(rows)) return json;
  return JSON.stringify(rows.filter((row: unknown) => !Array.isArray(row) || !users.has(String(row[1]))));
}

/** The event's id stays, so that a platform that delivers it again is not answered again. */
export function emptied(event: InboundEvent): InboundEvent {
  return {
    eventId: event.eventId,
    address: { adapter: event.address.adapter, key: GONE },
    visibility: event.visibility,
    sender: { id: GONE, name: GONE, role: event.sender.role },
    sentAt: event.sentAt,
    body: { kind: "delete", messageId: GONE },
  };
}

/** The audit trail's line. */
export function erasedDetail(erased: Readonly<Record<string, number>>): string {
  return Object.entries(erased)
    .map(([kind, n]) => `${kind} ${n}`)
    .join(", ");
}
