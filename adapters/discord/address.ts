import type { Address } from "../../src/domain.ts";

export const DISCORD = "discord";

/** A place on Discord, as the key of an address. */
export type DiscordPlace =
  /** A channel without threads of its own: a text channel, or a direct message (`guild` is "dm"). */
  | { readonly kind: "channel"; readonly guild: string; readonly channel: string }
  /**
   * A thread or forum post. The thread of a message has the message's id, so that it can be named before it is made:
   * `parent` is then the channel that the message stands in.
   */
  | { readonly kind: "thread"; readonly guild: string; readonly parent: string; readonly thread: string }
  /** Where a click, a form or a command is answered so that its author alone sees it. The token lives 15 minutes. */
  | {
      readonly kind: "interaction";
      readonly guild: string;
      readonly channel: string;
      readonly application: string;
      readonly token: string;
    };

/** `G1/C1`, `dm/C2`, `G1/C1/M1`, `G1/C1/~APP/TOKEN`; a setting names the channel only: `C1`. */
export function toAddress(place: DiscordPlace): Address {
  return { adapter: DISCORD, key: keyOf(place) };
}

function keyOf(place: DiscordPlace): string {
  switch (place.kind) {
    case "channel":
      return place.guild === "" ? place.channel : `${place.guild}/${place.channel}`;
    case "thread":
      return `${place.guild}/${place.parent}/${place.thread}`;
    case "interaction":
      return `${place.guild}/${place.channel}/~${place.application}/${place.token}`;
  }
}

/** Throws a `TypeError` for a key that this adapter did not make. */
export function toPlace({ key }: Address): DiscordPlace {
  const parts = key.split("/");
  const [first = "", second, third, fourth] = parts;
  if (second === undefined) return { kind: "channel", guild: "", channel: first };
  if (third === undefined) return { kind: "channel", guild: first, channel: second };
  if (third.startsWith("~") && fourth !== undefined) {
    return { kind: "interaction", guild: first, channel: second, application: third.slice(1), token: fourth };
  }
  if (parts.length > 3) throw new TypeError(`not a place on Discord: ${key}`);
  return { kind: "thread", guild: first, parent: second, thread: third };
}
