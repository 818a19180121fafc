import { Routes } from "discord.js";

import type { SendContext, Sent } from "../../src/adapter.ts";
import type { OutboundContent } from "../../src/domain.ts";
import { DeskhandError } from "../../src/errors.ts";
import type { DiscordPlace } from "./address.ts";
import { CODES, codeOf } from "./failures.ts";
import type { Outgoing } from "./outgoing.ts";
import { channelOf } from "./pace.ts";
import { inOpenThread } from "./threads.ts";

type Mark = Extract<OutboundContent, { kind: "mark" }>;

const MARKS = { delivered: "✅", failed: "⚠️" } as const;

/**
 * Shows on somebody's own message what became of it. Words that were taken back meanwhile need no mark, and a mark that
 * may not be made keeps no words back: that is said once in the log.
 */
export async function sendMark(
  { messageId, mark }: Mark,
  place: DiscordPlace,
  { signal }: Pick<SendContext, "signal">,
  { api, log, told }: Pick<Outgoing, "api" | "log" | "told">,
): Promise<Sent> {
  const channel = channelOf(place);
  if (channel === null) throw new DeskhandError("delivery_refused", "An answer to a click takes no mark.");
  try {
    const isThere = await react(channel);
    // The question itself, and what its author adds beside it, stand in the channel and not in the thread.
    if (!isThere && place.kind === "thread") await react(place.parent);
  } catch (error) {
    if (codeOf(error) !== CODES.missingPermissions) throw error;
    if (!told.has("marks")) {
      log.warn({ channel, err: error }, "no marks on people's words: give Deskhand's role Add Reactions");
    }
    told.add("marks");
  }
  return { messageId };

  /** False when there is no such message. */
  async function react(where: string): Promise<boolean> {
    const route = Routes.channelMessageOwnReaction(where, messageId, encodeURIComponent(MARKS[mark]));
    try {
      await inOpenThread(where, api, signal, () => api.put(route, { signal }));
      return true;
    } catch (error) {
      if (codeOf(error) !== CODES.unknownMessage) throw error;
      return false;
    }
  }
}
