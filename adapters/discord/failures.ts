import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";

import { DeskhandError, messageOf } from "../../src/errors.ts";

/** Answers of Discord that a caller acts on. */
export const CODES = {
  unknownChannel: 10003,
  unknownMessage: 10008,
  unknownWebhook: 10015,
  tooManyWebhooks: 30007,
  missingAccess: 50001,
  missingPermissions: 50013,
  invalidWebhookToken: 50027,
  wrongChannelType: 50024,
  threadArchived: 50083,
  threadExists: 160004,
  threadLocked: 160005,
} as const;

/** What an operator can do about an answer that stays the same however often we ask. */
const ADVICE: Readonly<Record<number, string>> = {
  10003: "The channel or thread does not exist any more, or its id in deskhand.yaml is wrong.",
  10004: "The server does not exist any more, or Deskhand was removed from it.",
  10008: "The message was deleted on Discord.",
  10015: "The webhook was deleted on Discord.",
  10062: "Discord let us answer this click for 15 minutes only, and they are over. Press the button again.",
  30007:
    "The channel has as many webhooks as Discord allows (15). Delete one under Edit channel > Integrations.",
  30010: "The message has as many different reactions as Discord allows.",
  30033: "The thread is full.",
  40005: "A file is larger than Discord takes.",
  50001: "Deskhand cannot see the channel. Give its role View Channel there, in the channel's permissions.",
  50007: "This person does not take direct messages from the server's members, or has blocked Deskhand.",
  50008: "Discord takes no messages in a channel of this kind. Choose a text channel.",
  50013: "Deskhand's role lacks a permission in this channel. `deskhand doctor` names it.",
  50024: "Discord does not do this in a channel of this kind.",
  50027: "Discord let us answer this click for 15 minutes only, and they are over. Press the button again.",
  50083: "The thread is archived and could not be opened again. Give Deskhand's role Manage Threads.",
  160002: "Deskhand's role lacks Read Message History in this channel.",
  160005:
    "The thread is locked. Somebody who may manage threads has to unlock it before anything can be said there.",
  160006: "The server has as many active threads as Discord allows. Close some.",
};

/** The connection was never made, so nothing was sent. */
const NOT_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

export function codeOf(error: unknown): number | null {
  return error instanceof DiscordAPIError && typeof error.code === "number" ? error.code : null;
}

/** Any error of a call to Discord as one with a decision in it. Its words are safe to show to staff. */
export function failure(error: unknown): DeskhandError {
  if (error instanceof DeskhandError) return error;
  if (error instanceof RateLimitError) {
    return new DeskhandError("delivery_rate_limited", "Discord asks for a pause.", {
      cause: error,
      retryable: true,
      retryAfterMs: Math.max(error.retryAfter, error.timeToReset, 0),
    });
  }
  if (error instanceof DiscordAPIError) return refused(error);
  if (error instanceof TypeError && error.message.startsWith("not a place")) {
    return new DeskhandError("delivery_refused", error.message, { cause: error });
  }
  if (isNotConnected(error)) {
    return new DeskhandError("delivery_unreached", `Discord cannot be reached: ${messageOf(error)}`, {
      cause: error,
      retryable: true,
    });
  }
  const what =
    error instanceof HTTPError ? `Discord has trouble of its own (${error.status})` : messageOf(error);
  return new DeskhandError("delivery_failed", `Discord did not confirm: ${what}`, {
    cause: error,
    retryable: true,
  });
}

function refused(error: DiscordAPIError): DeskhandError {
  // Webhook and interaction calls answer 401 for their own token, which is gone for good; the bot's may be renewed.
  if (error.status === 401 && error.code !== CODES.invalidWebhookToken) {
    return new DeskhandError(
      "delivery_unreached",
      "Discord refused the bot token. Copy it again from the application's Bot page into DISCORD_TOKEN.",
      { cause: error, retryable: true },
    );
  }
  const advice = typeof error.code === "number" ? ADVICE[error.code] : undefined;
  const said = `Discord refused (${error.status}, code ${error.code}): ${error.message}`;
  return new DeskhandError("delivery_refused", advice ?? said, { cause: error });
}

function isNotConnected(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string" && NOT_CONNECTED.has(error.code)) return true;
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isNotConnected);
  return isNotConnected(error.cause);
}
