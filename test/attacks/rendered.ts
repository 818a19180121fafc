import { render as renderDiscord } from "../../adapters/discord/render.ts";
import { render as renderSlack } from "../../adapters/slack/render.ts";
import type { Delivery } from "../../src/domain.ts";
import { findPings } from "../servers/slack/pings.ts";

/** What one delivery becomes on the screen of Slack and of Discord, by the adapters' own pure renderers. */
export interface Rendered {
  readonly platform: "slack" | "discord" | "console";
  /** All words, as a reader has them. */
  readonly words: string;
  /** Everything that can be clicked and leads out. */
  readonly links: readonly string[];
  /** Whoever would be called, by id or kind. */
  readonly pings: readonly string[];
}

/** The group and the role that the operator named. */
export const DESK_GROUP = "SDESK";

export function renderedOf(delivery: Delivery): Rendered[] {
  return [...slack(delivery), ...discord(delivery), ...onConsole(delivery)];
}

function slack({ id, content }: Delivery): Rendered[] {
  if (
    content.kind !== "reply" &&
    content.kind !== "card" &&
    content.kind !== "relay" &&
    content.kind !== "notice"
  ) {
    return [];
  }
  return renderSlack(content, { delivery: id, ping: DESK_GROUP }).map(({ text, blocks, username }) => {
    const words: string[] = [];
    const links: string[] = [];
    walk(blocks, (value) => {
      if (value["type"] === "link" || value["type"] === "button") {
        if (typeof value["url"] === "string") links.push(value["url"]);
      }
      for (const key of ["text", "alt_text", "title"]) {
        if (typeof value[key] === "string") words.push(value[key]);
      }
    });
    // Slack turns what has a scheme into a link wherever mrkdwn stands; the text beside the blocks is such a place.
    const fallback = unescape(text);
    return {
      platform: "slack",
      words: [...words, fallback, username ?? ""].join("\n"),
      links: [...links, ...addressesIn(words.join("\n")), ...addressesIn(fallback)],
      pings: findPings(text, blocks as never, false).map(({ kind, id: whom }) => whom ?? kind),
    };
  });
}

function discord({ id, content }: Delivery): Rendered[] {
  return renderDiscord({ id, content }, { pingRole: DESK_GROUP }).map((payload) => {
    const words: string[] = [payload.content ?? ""];
    const links: string[] = [];
    walk(payload.components, (value) => {
      if (typeof value["url"] === "string") links.push(value["url"]);
      for (const key of ["content", "label"]) if (typeof value[key] === "string") words.push(value[key]);
    });
    const { parse = [], roles = [], users = [] } = payload.allowed_mentions;
    const text = words.join("\n");
    return {
      platform: "discord",
      words: text,
      links: [...links, ...addressesIn(text), ...maskedIn(text)],
      pings: [...parse, ...roles, ...users],
    };
  });
}

function onConsole({ content }: Delivery): Rendered[] {
  const words: string[] = [];
  walk(content, (value) => {
    for (const one of Object.values(value)) if (typeof one === "string") words.push(one);
  });
  return [{ platform: "console", words: words.join("\n"), links: [], pings: [] }];
}

function walk(value: unknown, visit: (value: Readonly<Record<string, unknown>>) => void): void {
  if (Array.isArray(value)) for (const one of value) walk(one, visit);
  else if (typeof value === "object" && value !== null) {
    visit(value as Readonly<Record<string, unknown>>);
    for (const one of Object.values(value)) walk(one, visit);
  }
}

function addressesIn(text: string): string[] {
  return text.match(/(?:[a-z][a-z0-9+.-]*:\/\/|\bwww\.|\bmailto:)[^\s<>()"'`|]+/gi) ?? [];
}

function maskedIn(text: string): string[] {
  return [...text.matchAll(/\]\(\s*<?([^()\s<>]+)/g)].flatMap(([, url]) => url ?? []);
}

function unescape(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
