import { z } from "zod";

/** What Slack wrote, and how the ids in it are called. */
export interface Wording {
  readonly botUserId: string;
  nameOf(user: string): string;
}

export interface Worded {
  readonly text?: string | null | undefined;
  readonly blocks?: readonly unknown[] | null | undefined;
}

/**
 * A message as a person reads it: entities unescaped, mentions by name, links with their address, without the mention
 * of the bot itself. Where Slack left `text` empty, it is put together from the rich text.
 */
export function plainText({ text, blocks }: Worded, wording: Wording): string {
  const raw = text ? fromMrkdwn(text, wording) : fromRichText(blocks ?? [], wording);
  return withoutBot(raw).trim();
}

/** The users whose names the message needs, the bot among them when it is mentioned. */
export function mentionedIn({ text, blocks }: Worded): string[] {
  const found = new Set<string>();
  const wording: Wording = {
    botUserId: "",
    nameOf(user) {
      found.add(user);
      return "";
    },
  };
  plainText({ text, blocks }, wording);
  return [...found];
}

/** Stands for the bot's own mention until the words around it are known. */
const BOT = "\u0000";

function withoutBot(text: string): string {
  return text
    .replace(/^\s*\0[\s,:]*/, "")
    .replaceAll(/[ \t]?\0/g, "")
    .replaceAll(BOT, "");
}

function fromMrkdwn(text: string, wording: Wording): string {
  return text
    .replaceAll(BOT, "")
    .split(/(<[^<>]*>)/)
    .map((part, at) => (at % 2 === 0 ? unescape(part) : entity(part.slice(1, -1), wording)))
    .join("");
}

function entity(inside: string, wording: Wording): string {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : unescape(inside.slice(bar + 1));
  switch (target.charAt(0)) {
    case "@":
      return mention(target.slice(1), wording);
    case "#":
      return `#${label || target.slice(1)}`;
    case "!":
      return special(target.slice(1), label);
    default:
      return link(unescape(target), label);
  }
}

function mention(user: string, wording: Wording): string {
  return user === wording.botUserId ? BOT : `@${wording.nameOf(user)}`;
}

/** `here`, `channel`, `everyone`, `subteam^S1` (a user group), `date^…` (whose label is the date in words). */
function special(target: string, label: string): string {
  const [kind = "", detail = ""] = target.split("^");
  if (kind === "date") return label;
  if (kind === "subteam") return label || `@${detail}`;
  return `@${kind}`;
}

function link(url: string, label: string): string {
  const bare = url.replace(/^(?:mailto:|tel:|https?:\/\/)/, "").replace(/\/$/, "");
  if (label === "" || label === url) return url;
  return label === bare ? label : `${label} (${url})`;
}

/** Slack escapes these three and no others. `&amp;` comes last: `&amp;lt;` is the text `&lt;`. */
function unescape(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

const node = z.object({
  type: z.string(),
  text: z.string().optional().catch(undefined),
  url: z.string().optional().catch(undefined),
  user_id: z.string().optional().catch(undefined),
  channel_id: z.string().optional().catch(undefined),
  usergroup_id: z.string().optional().catch(undefined),
  range: z.string().optional().catch(undefined),
  name: z.string().optional().catch(undefined),
  fallback: z.string().optional().catch(undefined),
  elements: z.array(z.unknown()).optional().catch(undefined),
});
type Node = z.infer<typeof node>;

/** Slack nests lists a few deep; a payload that goes further was made to do harm. */
const DEEPEST = 12;

function fromRichText(blocks: readonly unknown[], wording: Wording): string {
  return nodesOf(blocks)
    .filter(({ type }) => type === "rich_text")
    .map((block) => linesOf(block, wording, 0))
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n");
}

function linesOf({ elements = [] }: Node, wording: Wording, depth: number): string {
  if (depth > DEEPEST) return "";
  return nodesOf(elements)
    .map((part) => {
      const items = part.type === "rich_text_list";
      const inner = items ? listOf(part, wording, depth) : inlineOf(part, wording);
      return inner.replace(/\n$/, "");
    })
    .join("\n");
}

function listOf({ elements = [] }: Node, wording: Wording, depth: number): string {
  return nodesOf(elements)
    .map((item) =>
      item.elements?.length ? `- ${inlineOf(item, wording)}` : linesOf(item, wording, depth + 1),
    )
    .join("\n");
}

function inlineOf({ elements = [] }: Node, wording: Wording): string {
  return nodesOf(elements)
    .map((part) => inline(part, wording))
    .join("");
}

/** Text in rich text is not escaped. */
function inline(part: Node, wording: Wording): string {
  switch (part.type) {
    case "text":
      return (part.text ?? "").replaceAll(BOT, "");
    case "link":
      return link(part.url ?? "", part.text ?? "");
    case "user":
      return mention(part.user_id ?? "", wording);
    case "channel":
      return `#${part.channel_id ?? ""}`;
    case "usergroup":
      return `@${part.usergroup_id ?? ""}`;
    case "broadcast":
      return `@${part.range ?? "here"}`;
    case "emoji":
      return `:${part.name ?? ""}:`;
    default:
      return part.fallback ?? part.text ?? "";
  }
}

function nodesOf(values: readonly unknown[]): Node[] {
  return values.flatMap((value) => {
    const read = node.safeParse(value);
    return read.success ? [read.data] : [];
  });
}
