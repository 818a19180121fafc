/** A checked line of the console protocol becomes an event. Pure, but for what the run's memory already knows. */
import { createHash } from "node:crypto";

import type { Address, Attachment, InboundBody, InboundEvent, Person, Visibility } from "../../src/domain.ts";
import { bridgeAddress, CONSOLE, conversationAddress, escalationAt, userAddress } from "./address.ts";
import type { ConsoleLine } from "./line.ts";
import type { Memory } from "./memory.ts";

export interface LineContext {
  /** Number of the line in the input, from 1. */
  readonly line: number;
  /** Different in every run: with the line's number it makes an id for a line that has none. */
  readonly run: string;
  readonly now: number;
  /** "@name" in a message addresses the agent, as "@deskhand" does. */
  readonly agentName: string;
  readonly memory: Memory;
}

export type ParsedLine =
  | { readonly kind: "event"; readonly event: InboundEvent; readonly replyId: string }
  /** `message` names the field that is wrong. */
  | { readonly kind: "error"; readonly message: string };

type LineOf<Type extends ConsoleLine["type"]> = Extract<ConsoleLine, { type: Type }>;

export function normaliseLine(line: ConsoleLine, context: LineContext): ParsedLine {
  switch (line.type) {
    case "message":
      return message(line, context);
    case "edit":
    case "delete":
      return change(line, context);
    case "staff":
      return staff(line, context);
    case "action":
      return line.action === "rate" ? rate(line, context) : action(line, line.action, context);
    case "verify":
    default:
      return verify(line, context);
  }
}

function message(line: LineOf<"message">, context: LineContext): ParsedLine {
  const address = conversationAddress(line.conversation);
  const visibility = visibilityOf(line.channel, address, context);
  const id = line.id ?? madeId(context);
  const body: InboundBody = {
    kind: "message",
    messageId: id,
    text: line.text,
    mode: visibility === "public" ? "every_post" : "dm",
    opens: context.memory.visibilityOf(address) === undefined,
    addressed: addresses(line.text, context.agentName),
    attachments: attachmentsOf(line.attachments, id),
  };
  return event(id, id, { address, visibility, sender: person(line.user, "customer") }, body, context);
}

/** Where and by whom is taken from the message itself when the line does not say. */
function change(line: LineOf<"edit" | "delete">, context: LineContext): ParsedLine {
  const seen = context.memory.messageOf(line.id);
  // What staff wrote at the desk is changed there, also when the line names the conversation that it was sent to.
  const bridge = line.escalation ?? (seen && escalationAt(seen.address));
  const place = bridge === undefined ? (placeOf(line) ?? seen?.address) : bridgeAddress(bridge);
  if (!place) return failed(`conversation: missing, and message ${line.id} was not seen in this run`);
  const sender = authorOf(line, seen?.sender);
  if (!sender) return failed(`user: missing, and message ${line.id} was not seen in this run`);
  const visibility = line.channel ?? seen?.visibility ?? visibilityOf(undefined, place, context);
  const which = { messageId: line.id, ...(bridge !== undefined && { escalationId: bridge }) };
  const body: InboundBody =
    line.type === "edit" ? { kind: "edit", ...which, text: line.text } : { kind: "delete", ...which };
  const eventId = line.event ?? changeId(line, seen?.edits ?? []);
  return event(eventId, line.id, { address: place, visibility, sender }, body, context);
}

/** At the card's thread, or directly in the customer's conversation when that is what the line names. */
function staff(line: LineOf<"staff">, context: LineContext): ParsedLine {
  const address = placeOf(line);
  if (!address) return failed("escalation: missing; name an escalation or a conversation");
  if (line.text.trim() === "" && line.attachments.length === 0) return failed("text: must not be empty");
  const id = line.id ?? madeId(context);
  const visibility = line.escalation ? "private" : visibilityOf(line.channel, address, context);
  const body: InboundBody = {
    kind: "message",
    messageId: id,
    text: line.text,
    mode: visibility === "public" ? "every_post" : "dm",
    opens: false,
    addressed: false,
    attachments: attachmentsOf(line.attachments, id),
    ...(line.escalation ? { escalationId: line.escalation } : { namesPlace: true }),
  };
  return event(id, id, { address, visibility, sender: person(line.user, "staff") }, body, context);
}

function action(
  line: LineOf<"action">,
  name: "claim" | "resolve" | "hand_back",
  context: LineContext,
): ParsedLine {
  const address = placeOf(line);
  if (!address) return failed("escalation: missing; name an escalation or a conversation");
  const id = line.id ?? madeId(context);
  const visibility = line.escalation ? "private" : visibilityOf(undefined, address, context);
  const body: InboundBody = {
    kind: "action",
    action: name,
    ...(line.escalation && { escalationId: line.escalation }),
    ...(line.note?.trim() && { note: line.note.trim() }),
  };
  return event(id, id, { address, visibility, sender: person(line.user, "staff") }, body, context);
}

/** A rating belongs to the customer's conversation, so an escalation alone must be one that this run has shown. */
function rate(line: LineOf<"action">, context: LineContext): ParsedLine {
  const score = line.score ?? line.rating ?? line.value;
  if (score === undefined) return failed('score: missing; a number from 1 to 5, or "up" or "down"');
  const address = line.conversation
    ? conversationAddress(line.conversation)
    : line.escalation && context.memory.conversationOf(line.escalation);
  if (!address) {
    return failed(
      line.escalation
        ? `conversation: missing, and escalation ${line.escalation} was not seen in this run`
        : "conversation: missing; name a conversation or an escalation",
    );
  }
  const id = line.id ?? madeId(context);
  const comment = (line.comment ?? line.note)?.trim();
  const visibility = visibilityOf(undefined, address, context);
  const body: InboundBody = { kind: "rate", score, ...(comment && { comment }) };
  return event(id, id, { address, visibility, sender: person(line.user, "customer") }, body, context);
}

function verify(line: LineOf<"verify">, context: LineContext): ParsedLine {
  const id = line.id ?? madeId(context);
  const address = line.conversation ? conversationAddress(line.conversation) : userAddress(line.user.id);
  const sender = person(line.user, "customer");
  const body: InboundBody = { kind: "identity", email: line.email, method: "console" };
  return event(id, id, { address, visibility: "private", sender }, body, context);
}

function event(
  eventId: string,
  replyId: string,
  who: Pick<InboundEvent, "address" | "visibility" | "sender">,
  body: InboundBody,
  context: LineContext,
): ParsedLine {
  return { kind: "event", replyId, event: { eventId, ...who, sentAt: context.now, body } };
}

function failed(message: string): ParsedLine {
  return { kind: "error", message };
}

function placeOf(line: {
  escalation?: string | undefined;
  conversation?: string | undefined;
}): Address | undefined {
  if (line.escalation) return bridgeAddress(line.escalation);
  return line.conversation ? conversationAddress(line.conversation) : undefined;
}

/** Whoever changes a message of theirs keeps the role they wrote it in. */
function authorOf(line: LineOf<"edit" | "delete">, author: Person | undefined): Person | undefined {
  if (!line.user || line.user.id === author?.id) return author;
  return person(line.user, line.escalation ? "staff" : "customer");
}

function person(user: { readonly id: string; readonly name: string }, role: Person["role"]): Person {
  return { id: user.id, name: user.name, role };
}

/** A conversation stays what it was; one never seen and not said to be public is private. */
function visibilityOf(channel: Visibility | undefined, place: Address, { memory }: LineContext): Visibility {
  return channel ?? memory.visibilityOf(place) ?? "private";
}

function attachmentsOf(
  list: readonly Omit<Attachment, "ref" | "adapter">[],
  messageId: string,
): readonly Attachment[] {
  return list.map((attachment, index) => ({
    ...attachment,
    adapter: CONSOLE,
    ref: `${messageId}/${index}`,
  }));
}

function madeId({ run, line }: LineContext): string {
  return `${run}-${line}`;
}

/**
 * The same edit sent again, also after a crash, has the same id. An edit back to an earlier text is a new event, which
 * the text alone cannot tell: it gets a number. A script that repeats old edits out of order gives its own `event`.
 */
function changeId(line: LineOf<"edit" | "delete">, edits: readonly string[]): string {
  if (line.type === "delete") return `delete:${line.id}`;
  const hash = createHash("sha256").update(line.text).digest("hex").slice(0, 16);
  const plain = `edit:${line.id}:${hash}`;
  const latest = edits.at(-1);
  const before = edits.filter((edit) => edit === plain || edit.startsWith(`${plain}:`));
  if (before.length === 0) return plain;
  return latest !== undefined && before.includes(latest) ? latest : `${plain}:${before.length + 1}`;
}

function addresses(text: string, agentName: string): boolean {
  return ["deskhand", agentName].some((name) => {
    const pattern = name.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
    return new RegExp(`@${pattern}(?![\\p{L}\\p{N}_-])`, "iu").test(text);
  });
}
