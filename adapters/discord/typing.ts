import { Routes } from "discord.js";

import type { Address } from "../../src/domain.ts";
import { toAddress, toPlace } from "./address.ts";
import { CODES, codeOf } from "./failures.ts";
import type { Outgoing } from "./outgoing.ts";
import { channelOf } from "./pace.ts";

/** Discord shows "is typing" for ten seconds, or until we say something. */
export const TYPING_LASTS_MS = 8_000;

/**
 * "Is typing" where the answer will come. A question's thread is only made with the answer: until then it shows in the
 * channel of the question. Never throws: typing that does not show harms nobody.
 */
export async function showTyping(to: Address, { api, log }: Pick<Outgoing, "api" | "log">): Promise<void> {
  const place = toPlace(to);
  const channel = channelOf(place);
  if (channel === null) return;
  try {
    await api.post(Routes.channelTyping(channel));
  } catch (error) {
    const isToBeMade = place.kind === "thread" && codeOf(error) === CODES.unknownChannel;
    if (isToBeMade) {
      const { guild, parent } = place;
      await showTyping(toAddress({ kind: "channel", guild, channel: parent }), { api, log });
    } else log.debug({ channel, err: error }, "typing could not be shown");
  }
}
