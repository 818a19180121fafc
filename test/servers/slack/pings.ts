import { isElement, isObject, type Block } from "./block-types.ts";

/** Somebody who would be notified by what the app sent. */
export interface Ping {
  readonly kind: "channel" | "here" | "everyone" | "user" | "usergroup";
  /** The id of the user or the group. */
  readonly id?: string;
  /** Where in the message it was written. */
  readonly where: "text" | "mrkdwn" | "markdown" | "rich_text";
  readonly method: string;
  readonly channel: string;
  readonly ts: string;
}

type Found = Pick<Ping, "kind" | "id" | "where">;

/**
 * Every control sequence and mention element that notifies. Plain text never does. `mentionNames` is what
 * `link_names` and `parse: full` do: a bare @here counts as well.
 */
export function findPings(text: string, blocks: readonly Block[] | null, mentionNames: boolean): Found[] {
  return [...inMrkdwn(text, "text", mentionNames), ...(blocks ? inside(blocks, mentionNames) : [])];
}

const CONTROL = /<(?:!(channel|group|here|everyone)|!subteam\^([A-Z0-9]+)|@([UW][A-Z0-9]+))(?:\|[^<>]*)?>/g;
const BARE = /(?:^|[^\w<!])@(channel|group|here|everyone)\b/g;

function inMrkdwn(text: string, where: Ping["where"], mentionNames: boolean): Found[] {
  const found: Found[] = [];
  for (const [, range, group, user] of text.matchAll(CONTROL)) {
    if (range) found.push({ kind: broadcast(range), where });
    else if (group) found.push({ kind: "usergroup", id: group, where });
    else if (user) found.push({ kind: "user", id: user, where });
  }
  if (!mentionNames) return found;
  for (const [, range] of text.matchAll(BARE)) if (range) found.push({ kind: broadcast(range), where });
  return found;
}

function broadcast(range: string): Ping["kind"] {
  return range === "here" || range === "everyone" ? range : "channel";
}

function inside(value: unknown, mentionNames: boolean): Found[] {
  if (Array.isArray(value)) return value.flatMap((item) => inside(item, mentionNames));
  if (!isObject(value)) return [];
  if (isElement(value)) {
    switch (value.type) {
      case "mrkdwn":
        return inMrkdwn(String(value["text"]), "mrkdwn", mentionNames);
      case "markdown":
        return inMrkdwn(String(value["text"]), "markdown", mentionNames);
      case "broadcast":
        return [{ kind: broadcast(String(value["range"])), where: "rich_text" }];
      case "user":
        return [{ kind: "user", id: String(value["user_id"]), where: "rich_text" }];
      case "usergroup":
        return [{ kind: "usergroup", id: String(value["usergroup_id"]), where: "rich_text" }];
      default:
        break;
    }
  }
  return Object.values(value).flatMap((held) => (typeof held === "object" ? inside(held, mentionNames) : []));
}
