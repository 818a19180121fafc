import type { Block } from "./block-types.ts";

/** Slack's own control sequences, which a person's client makes when they pick a mention or a link. */
const TOKEN =
  /<(@[UW][A-Z0-9]+|#[CG][A-Z0-9]+(?:\|[^<>]*)?|!subteam\^[A-Z0-9]+(?:\|[^<>]*)?|!(?:here|channel|everyone)|(?:https?|mailto):[^<>|\s]+(?:\|[^<>]*)?)>|(https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)\]'"])|([\w.+-]+@[\w-]+(?:\.[\w-]+)+)/g;

/**
 * What a person typed, as Slack stores it: `&`, `<` and `>` escaped, addresses and links wrapped, mentions kept; and
 * the `rich_text` block that Slack's composer sends with every message.
 */
export function typed(text: string): { text: string; blocks: Block[] } {
  let stored = "";
  const elements: Record<string, unknown>[] = [];
  let from = 0;
  const plain = (until: number) => {
    const words = text.slice(from, until);
    stored += escape(words);
    if (words) elements.push({ type: "text", text: words });
  };
  for (const match of text.matchAll(TOKEN)) {
    plain(match.index);
    const [whole, control, url, email] = match;
    if (control) {
      stored += whole;
      elements.push(toElement(control));
    } else if (url) {
      stored += `<${escape(url)}>`;
      elements.push({ type: "link", url });
    } else {
      stored += `<mailto:${email}|${email}>`;
      elements.push({ type: "link", url: `mailto:${email}`, text: email });
    }
    from = match.index + whole.length;
  }
  plain(text.length);
  const section = { type: "rich_text_section", elements };
  return {
    text: stored,
    blocks: text ? [{ type: "rich_text", block_id: "typed", elements: [section] }] : [],
  };
}

export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function toElement(control: string): Record<string, unknown> {
  const [target = "", label] = control.split("|");
  if (target.startsWith("@")) return { type: "user", user_id: target.slice(1) };
  if (target.startsWith("#")) return { type: "channel", channel_id: target.slice(1) };
  if (target.startsWith("!subteam^")) return { type: "usergroup", usergroup_id: target.slice(9) };
  if (target.startsWith("!")) return { type: "broadcast", range: target.slice(1) };
  return { type: "link", url: target, ...(label && { text: label }) };
}
