import type { Address } from "../../src/domain.ts";

export const SLACK = "slack";

/** A place in Slack, as the key of an address. */
export type SlackPlace =
  /** A channel or direct message, or a thread in it. `team` is empty in a setting that names a channel only. */
  | { readonly kind: "channel"; readonly team: string; readonly channel: string; readonly thread?: string }
  /** Where a click, a form or a command is answered so that its author alone sees it. The URL lives for 30 minutes. */
  | {
      readonly kind: "response";
      readonly team: string;
      readonly channel: string;
      readonly user: string;
      readonly url: string;
      /** Set where it is to be shown in a thread. */
      readonly thread?: string;
    }
  /** The app's home page of one person. */
  | { readonly kind: "home"; readonly team: string; readonly user: string };

/** `T1/C1`, `T1/C1/1700000000.000100`, `T1/C1/~U1/<url>`, `T1/C1/~U1/<url>/<thread>`, `T1/~home/U1`; a setting may leave out the team: `C1`. */
export function toAddress(place: SlackPlace): Address {
  return { adapter: SLACK, key: keyOf(place) };
}

function keyOf(place: SlackPlace): string {
  switch (place.kind) {
    case "channel":
      return [place.team, place.channel, place.thread]
        .filter((part) => part !== undefined && part !== "")
        .join("/");
    case "response":
      return [
        place.team,
        place.channel,
        `~${place.user}`,
        Buffer.from(place.url, "utf8").toString("base64url"),
        ...(place.thread === undefined ? [] : [place.thread]),
      ].join("/");
    case "home":
      return [place.team, "~home", place.user].join("/");
  }
}

/** Throws a `TypeError` for a key that this adapter did not make. */
export function toPlace({ key }: Address): SlackPlace {
  const parts = key.split("/");
  const [first = "", second, third, fourth, fifth] = parts;
  if (second === undefined) return { kind: "channel", team: "", channel: first };
  if (second === "~home" && third !== undefined) return { kind: "home", team: first, user: third };
  if (third?.startsWith("~") && fourth !== undefined) {
    const url = Buffer.from(fourth, "base64url").toString("utf8");
    return {
      kind: "response",
      team: first,
      channel: second,
      user: third.slice(1),
      url,
      ...(fifth !== undefined && { thread: fifth }),
    };
  }
  if (parts.length > 3) throw new TypeError(`not a place in Slack: ${key}`);
  return {
    kind: "channel",
    team: first,
    channel: second,
    ...(third !== undefined && { thread: third }),
  };
}

/**
 * Slack's ids of people are unique in their workspace only: those of a workspace that installed the app by itself carry
 * its id, `T2/U1`, so that no customer is taken for another.
 */
export function toPersonId(team: string, user: string): string {
  return `${team}/${user}`;
}

/** As Slack knows them where they are. */
export function userOf(personId: string): string {
  return personId.slice(personId.indexOf("/") + 1);
}
