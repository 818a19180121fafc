import { type APIMessage, MessageFlags, type RawFile, Routes } from "discord.js";

import type { SendContext } from "../../src/adapter.ts";
import type { Delivery } from "../../src/domain.ts";
import { DeskhandError } from "../../src/errors.ts";
import type { DiscordPlace } from "./address.ts";
import { withFiles } from "./doors.ts";
import { isSame } from "./look-up.ts";
import { CODES, codeOf } from "./failures.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Payload } from "./payload.ts";

type InteractionPlace = Extract<DiscordPlace, { kind: "interaction" }>;

const TOKEN_LASTS_MS = 15 * 60_000;
/** A click is acknowledged once it is on disk; its answer may be quicker than that. */
const ACKNOWLEDGED_WITHIN_MS = 10_000;
const SOON_MS = 250;

/**
 * Shows messages to the one person who clicked. They go out as follow-ups: the first fills a reply that says
 * "thinking", and never touches the message with the button, which everybody may see. Discord tells nobody what was
 * shown, so a repeat may show it twice, to the same person. Returns the ids.
 */
export async function replyToInteraction(
  place: InteractionPlace,
  delivery: Delivery,
  payloads: readonly Payload[],
  files: readonly RawFile[],
  context: Pick<SendContext, "signal" | "maybeSent">,
  { api, now }: Pick<Outgoing, "api" | "now">,
): Promise<string[]> {
  if (now() - delivery.createdAt > TOKEN_LASTS_MS) throw tooLate();
  try {
    return await show(place, payloads, files, context, api);
  } catch (error) {
    const isYoung = now() - delivery.createdAt < ACKNOWLEDGED_WITHIN_MS;
    if (codeOf(error) === CODES.unknownWebhook && isYoung) throw tooEarly(error);
    throw codeOf(error) === CODES.unknownWebhook ? tooLate() : error;
  }
}

async function show(
  { application, token }: InteractionPlace,
  payloads: readonly Payload[],
  files: readonly RawFile[],
  context: Pick<SendContext, "signal" | "maybeSent">,
  api: Outgoing["api"],
): Promise<string[]> {
  const { signal } = context;
  const ids: string[] = [];
  const first = context.maybeSent ? await original() : null;
  for (const [index, payload] of payloads.entries()) {
    const filesHere = index === payloads.length - 1 ? files : [];
    if (index === 0 && first && isSame(first, payload, filesHere.length)) ids.push(first.id);
    else ids.push((await say(payload, filesHere)).id);
  }
  return ids;

  function original(): Promise<APIMessage> {
    return api.get<APIMessage>(Routes.webhookMessage(application, token), { signal, isTokenInPath: true });
  }

  function say(payload: Payload, filesHere: readonly RawFile[]): Promise<APIMessage> {
    const body = { ...withFiles(payload, filesHere), flags: payload.flags | MessageFlags.Ephemeral };
    const call = { body, files: filesHere, signal, isTokenInPath: true } as const;
    return api.post<APIMessage>(Routes.webhook(application, token), call);
  }
}

function tooEarly(cause: unknown): DeskhandError {
  return new DeskhandError("delivery_unreached", "The click has not been acknowledged yet.", {
    cause,
    retryable: true,
    retryAfterMs: SOON_MS,
  });
}

function tooLate(): DeskhandError {
  return new DeskhandError(
    "delivery_refused",
    "Discord let us answer this click for 15 minutes only, and they are over. Press the button again.",
  );
}
