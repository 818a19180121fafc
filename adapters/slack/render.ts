import type { types } from "@slack/bolt";

import type { Attachment, OutboundContent } from "../../src/domain.ts";
import { blocksBelow, button } from "./below.ts";
import { ACTIONS } from "./buttons.ts";
import { callFor, cardBlocks, cardText, plain } from "./card.ts";
import { type Inline, textInline } from "./inline.ts";
import { pack, type Packed } from "./pack.ts";
import { type Piece, piecesOf } from "./pieces.ts";
import { fallbackOf, oneLine, shorten } from "./plain.ts";

/** One message as Slack takes it, without where it goes. */
export interface Outgoing {
  /** For notifications and screen readers; escaped. */
  readonly text: string;
  readonly blocks: readonly types.KnownBlock[];
  /** Instead of the bot's own name. */
  readonly username?: string;
  readonly icon_url?: string;
  /** Said in a thread, and shown in its channel as well. */
  readonly inChannelToo?: true;
}

export interface RenderOptions {
  /** The delivery's id. */
  readonly delivery: string;
  /** The user group that a card or a notice may ping; null for nobody. */
  readonly ping: string | null;
  /** Attachments that do not go along, each with the reason. */
  readonly missing?: readonly { readonly name: string; readonly reason: string }[];
}

/** What is written into a conversation or to staff; the rest is no message. */
export type Written = Extract<OutboundContent, { kind: "reply" | "card" | "relay" | "notice" }>;

/** The messages that a content becomes, in order; none when there is nothing to say. Pure. */
export function render(content: Written, options: RenderOptions): Outgoing[] {
  switch (content.kind) {
    case "reply":
      return reply(content, options);
    case "card":
      return [{ text: fallbackOf(cardText(content.card)), blocks: cardBlocks(content.card, options.ping) }];
    case "relay":
      return relay(content, options);
    case "notice":
      return notice(content, options);
  }
}

/** Says in public that somebody was answered in private, and shows it to them again. */
export function pointer(delivery: string): Outgoing {
  const text = "I answered you privately: only you can see it.";
  return {
    text,
    blocks: [
      { type: "section", text: plain(text) },
      { type: "actions", elements: [button("Read it again", ACTIONS.reveal, delivery)] },
    ],
  };
}

function reply(content: Extract<Written, { kind: "reply" }>, options: RenderOptions): Outgoing[] {
  const pieces = [
    ...piecesOf(content.text),
    ...nameFiles(content.text, content.attachments ?? []),
    ...missingFiles(options.missing ?? []),
    ...(content.change === "edited" ? [aside("(edited)")] : []),
  ];
  const messages = finish(pack(pieces, blocksBelow({ ...content, delivery: options.delivery })));
  if (content.by !== "staff") return messages;
  const as = persona(content.author, content.authorAvatar);
  return messages.map((message) => ({ ...message, ...as }));
}

function relay(content: Extract<Written, { kind: "relay" }>, options: RenderOptions): Outgoing[] {
  const words =
    content.change === "deleted" && content.text.trim() === ""
      ? [aside("took back a message")]
      : piecesOf(content.text);
  const pieces = [
    ...words,
    ...nameFiles(content.text, content.attachments),
    ...missingFiles(options.missing ?? []),
    ...(content.change === "edited" ? [aside("(edited)")] : []),
    ...(content.change === "deleted" && content.text.trim() !== "" ? [aside("(taken back)")] : []),
  ];
  // Customers call themselves what they like: nobody shall take their words for those of a colleague.
  const name = `${shorten(oneLine(content.from) || "Customer", LONGEST_NAME - 11)} (customer)`;
  return finish(pack(pieces)).map((message) => ({ ...message, username: name }));
}

function notice(
  content: Extract<Written, { kind: "notice" }>,
  { delivery, ping }: RenderOptions,
): Outgoing[] {
  const messages = finish(pack(piecesOf(content.text), blocksBelow({ ...content, delivery })));
  const [first, ...rest] = messages;
  if (!content.ping || ping === null || !first) return messages;
  return [{ ...first, blocks: [callFor(ping), ...first.blocks], inChannelToo: true }, ...rest];
}

/** Slack cuts longer names. */
const LONGEST_NAME = 80;

function persona(author: string | undefined, avatar: string | undefined): Partial<Outgoing> {
  const name = shorten(oneLine(author ?? ""), LONGEST_NAME);
  return {
    ...(name !== "" && { username: name }),
    ...(name !== "" && avatar?.startsWith("https://") && { icon_url: avatar }),
  };
}

/** Files stand under words; without any, their names do. */
function nameFiles(text: string, attachments: readonly Attachment[]): Piece[] {
  if (text.trim() !== "" || attachments.length === 0) return [];
  return [aside(attachments.map(({ name }) => shorten(oneLine(name), 200)).join(", "))];
}

function missingFiles(missing: NonNullable<RenderOptions["missing"]>): Piece[] {
  return missing.map(({ name, reason }) =>
    aside(`Not passed on: ${shorten(oneLine(name), 200)} (${oneLine(reason)})`),
  );
}

function aside(text: string): Piece {
  const elements: Inline[] = textInline(text, { italic: true });
  return { kind: "text", elements, tight: false };
}

function finish(packed: readonly Packed[]): Outgoing[] {
  return packed.map(({ text, blocks }) => ({ text: fallbackOf(text) || "Deskhand", blocks }));
}
