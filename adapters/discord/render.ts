import { MessageFlags } from "discord.js";

import type { Citation, Delivery, OutboundContent } from "../../src/domain.ts";
import { toDiscordMarkdown } from "./markdown.ts";
import type { Payload } from "./payload.ts";
import { revealRow, rowsUnder } from "./rows.ts";
import { split } from "./split.ts";
import { maskedLink, plainLine } from "./text.ts";

export interface RenderOptions {
  /** The only role that is ever called, and only by a notice that asks for it. */
  readonly pingRole?: string | undefined;
  /** Written before the text, where a reply cannot go out under its author's own name. */
  readonly withAuthor?: boolean;
  /** Whom a notice is for that others at the desk may read as well. */
  readonly addressee?: string | undefined;
  /** What became of files that could not be passed on; a line each. */
  readonly fileNotes?: readonly string[];
}

type Reply = Extract<OutboundContent, { kind: "reply" }>;
type Notice = Extract<OutboundContent, { kind: "notice" }>;
type Relay = Extract<OutboundContent, { kind: "relay" }>;

/** Words as messages, in order; empty for what is none (a card is drawn by `card.ts`). Buttons stand under the last. */
export function render(
  { id, content }: Pick<Delivery, "id" | "content">,
  options: RenderOptions = {},
): Payload[] {
  switch (content.kind) {
    case "reply":
      return parts([replyText(content, options), sourcesLine(content.citations)], id, content, options);
    case "relay":
      return parts([relayText(content)], id, content, options);
    case "notice":
      return called(parts([noticeText(content, options)], id, content, options), content, options);
    case "card":
    case "mark":
    case "state":
    case "overview":
    case "ticket":
    case "turn":
      return [];
  }
}

/** The line that everybody may read in place of private words; its button shows them to their reader alone. */
export function renderPointer(deliveryId: string, recipient: string): Payload {
  const whom = /^\d+$/.test(recipient) ? `<@${recipient}>` : plainLine(recipient);
  return {
    content: `🔒 ${whom}, this is for you alone.`,
    components: revealRow(deliveryId),
    ...quiet(),
  };
}

/** The name is shown, and calls nobody. */
function noticeText({ text }: Notice, { addressee }: RenderOptions): string {
  return `${addressee === undefined ? "" : `<@${addressee}>: `}${toDiscordMarkdown(text)}`;
}

/** Calls the role with the first message of a notice that asks for it. */
function called(payloads: Payload[], { ping }: Notice, { pingRole: role }: RenderOptions): Payload[] {
  const [first, ...rest] = payloads;
  if (!ping || role === undefined || !first) return payloads;
  const mention = {
    content: `<@&${role}> ${first.content ?? ""}`,
    allowed_mentions: { parse: [], roles: [role] },
  };
  return [{ ...first, ...mention }, ...rest];
}

function parts(
  texts: readonly string[],
  id: string,
  content: OutboundContent,
  { fileNotes = [] }: RenderOptions,
): Payload[] {
  const text = [...texts, fileNotes.map((note) => `-# ${note}`).join("\n")].filter(Boolean).join("\n\n");
  const contents = split(text);
  const components = rowsUnder(id, content);
  // A message of buttons or files alone has no words.
  if (contents.length === 0) contents.push("");
  return contents.map((content, index) => ({
    content,
    ...(index === contents.length - 1 && components.length > 0 && { components }),
    ...quiet(),
  }));
}

function quiet(): Pick<Payload, "allowed_mentions" | "flags"> {
  return { flags: MessageFlags.SuppressEmbeds, allowed_mentions: { parse: [] } };
}

function replyText({ text, by, author }: Reply, { withAuthor }: RenderOptions): string {
  const words = toDiscordMarkdown(text);
  return withAuthor && by === "staff" && author ? `**${plainLine(author)}:** ${words}` : words;
}

function sourcesLine(citations: readonly Citation[]): string {
  if (citations.length === 0) return "";
  return `-# Sources: ${citations.map(({ title, url }) => maskedLink(title, url)).join(" · ")}`;
}

function relayText({ from, text, change }: Relay): string {
  const [name, words] = [plainLine(from), toDiscordMarkdown(text)];
  const block = words === "" ? "" : `\n${words}`;
  if (change === "edited") return `✏️ **${name}** edited a message:${block}`;
  if (change === "deleted") return `🗑️ **${name}** deleted a message${words === "" ? "." : `:${block}`}`;
  return words === "" ? `**${name}:**` : `**${name}:** ${startsBlock(words) ? "\n" : ""}${words}`;
}

/** A list, a quote or code only counts as one at the start of a line. */
function startsBlock(words: string): boolean {
  return /^\s*(?:[-*+>#]|\d+\.|```)/.test(words);
}
