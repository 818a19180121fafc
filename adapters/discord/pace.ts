import type { Delivery } from "../../src/domain.ts";
import { type DiscordPlace, toPlace } from "./address.ts";

/** Discord takes five messages in five seconds into one channel; a little apart, so that a rest is left for typing. */
const MESSAGE_MS = 1_100;
const REACTION_MS = 300;

/** Which deliveries share a limit of Discord's. Answers to clicks have none that we could reach. */
export function paceOf({ to, content }: Delivery): { readonly key: string; readonly everyMs: number } | null {
  const channel = channelOf(toPlace(to));
  if (channel === null || content.kind === "state") return null;
  if (content.kind === "mark") return { key: `discord:mark:${channel}`, everyMs: REACTION_MS };
  return { key: `discord:${channel}`, everyMs: MESSAGE_MS };
}

/** Where messages for a place stand; null for an interaction. */
export function channelOf(place: DiscordPlace): string | null {
  switch (place.kind) {
    case "channel":
      return place.channel;
    case "thread":
      return place.thread;
    case "interaction":
      return null;
  }
}
