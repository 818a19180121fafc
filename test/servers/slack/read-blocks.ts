import { isElement, isObject, listOf, type Block } from "./block-types.ts";

/** Names for the ids inside mentions. */
export type NameOf = (kind: "user" | "channel" | "usergroup", id: string) => string;

/**
 * What a reader sees: the blocks in order, one line each, or the text when there are none. Slack uses the text of a
 * message with blocks for notifications only.
 */
export function readMessage(text: string, blocks: readonly Block[] | null, nameOf: NameOf): string {
  if (!blocks || blocks.length === 0) return readMrkdwn(text, nameOf);
  return blocks
    .map((block) => readBlock(block, nameOf))
    .filter((line) => line !== "")
    .join("\n");
}

/** Mentions and links as they are shown, entities decoded. */
export function readMrkdwn(text: string, nameOf: NameOf): string {
  return text
    .replace(/<([^<>]*)>/g, (_, inside: string) => readControl(inside, nameOf))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function readControl(inside: string, nameOf: NameOf): string {
  const [target = "", label] = inside.split(/\|(.*)/s);
  if (target.startsWith("@")) return `@${label ?? nameOf("user", target.slice(1))}`;
  if (target.startsWith("#")) return `#${label ?? nameOf("channel", target.slice(1))}`;
  if (target.startsWith("!subteam^")) return `@${label ?? nameOf("usergroup", target.slice(9))}`;
  if (target.startsWith("!date^")) return label ?? target;
  if (target.startsWith("!")) return `@${target.slice(1)}`;
  const url = target.replace(/^mailto:/, "");
  return label && label !== url ? `${label} (${url})` : url;
}

function readBlock(block: Block, nameOf: NameOf): string {
  switch (block.type) {
    case "section": {
      const parts = [block["text"], ...(listOf(block["fields"]) ?? []), block["accessory"]];
      return parts
        .map((part) => readElement(part, nameOf))
        .filter((part) => part !== "")
        .join("\n");
    }
    case "header":
      return readElement(block["text"], nameOf);
    case "markdown":
      // Control sequences of Slack work here as well; the Markdown itself is left as it was written.
      return readMrkdwn(String(block["text"]), nameOf);
    case "context":
    case "actions":
    case "context_actions":
      return (listOf(block["elements"]) ?? []).map((element) => readElement(element, nameOf)).join(" ");
    case "divider":
      return "---";
    case "table":
      return (listOf(block["rows"]) ?? [])
        .map((row) => (listOf(row) ?? []).map((cell) => readElement(cell, nameOf)).join(" | "))
        .join("\n");
    case "input":
      return `${readElement(block["label"], nameOf)}: ____`;
    default:
      return readElement(block, nameOf);
  }
}

function readElement(element: unknown, nameOf: NameOf): string {
  if (!isElement(element)) return "";
  const label = isObject(element["text"]) ? String(element["text"]["text"]) : "";
  switch (element.type) {
    case "plain_text":
    case "raw_text":
    case "raw_number":
      return String(element["text"]);
    case "mrkdwn":
      return readMrkdwn(String(element["text"]), nameOf);
    case "button":
    case "icon_button":
      return `[${label}]`;
    case "feedback_buttons":
      return [element["positive_button"], element["negative_button"]]
        .map((button) =>
          isObject(button) && isObject(button["text"]) ? `[${String(button["text"]["text"])}]` : "",
        )
        .join(" ");
    case "image":
      return `(image: ${String(element["alt_text"])})`;
    case "rich_text":
      return (listOf(element["elements"]) ?? []).map((part) => readRich(part, nameOf)).join("\n");
    default:
      return `(${element.type})`;
  }
}

function readRich(element: unknown, nameOf: NameOf): string {
  if (!isElement(element)) return "";
  const parts = listOf(element["elements"]);
  switch (element.type) {
    case "rich_text_list":
      return (parts ?? []).map((part) => `• ${readRich(part, nameOf)}`).join("\n");
    case "rich_text_quote":
      return (parts ?? [])
        .map((part) => readRich(part, nameOf))
        .join("")
        .replace(/^/gm, "> ");
    case "rich_text_section":
    case "rich_text_preformatted":
      return (parts ?? []).map((part) => readRich(part, nameOf)).join("");
    case "text":
      return String(element["text"]);
    case "link":
      return readLink(element["text"], String(element["url"]));
    case "user":
      return `@${nameOf("user", String(element["user_id"]))}`;
    case "usergroup":
      return `@${nameOf("usergroup", String(element["usergroup_id"]))}`;
    case "channel":
      return `#${nameOf("channel", String(element["channel_id"]))}`;
    case "broadcast":
      return `@${String(element["range"])}`;
    case "emoji":
      return `:${String(element["name"])}:`;
    case "date":
      return String(element["fallback"] ?? element["format"]);
    default:
      return "";
  }
}

function readLink(label: unknown, url: string): string {
  return typeof label === "string" && label !== "" && label !== url ? `${label} (${url})` : url;
}
