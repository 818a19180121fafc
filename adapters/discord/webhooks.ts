import { type APIWebhook, DiscordAPIError, Routes } from "discord.js";

import { CODES, codeOf } from "./failures.ts";
import type { Outgoing } from "./outgoing.ts";
import { cut } from "./text.ts";

export interface Hook {
  readonly id: string;
  readonly token: string;
}

/** Under whose name and picture a webhook writes. */
export interface HookAuthor {
  readonly username: string;
  readonly avatar_url?: string;
}

type Using = Pick<Outgoing, "api" | "client" | "memory" | "log">;

const NAME = "Deskhand";
const LONGEST_NAME = 80;
/** Discord refuses names that hold these. */
const FORBIDDEN = /discord|clyde/gi;
/** And names that are exactly these. */
const RESERVED = /^(?:everyone|here|system message)?$/i;

/**
 * The webhook of a channel that staff speak through: the one we remember, else one of ours that is there, else a new
 * one. Null when we may not have one.
 */
export async function hookOf(channel: string, using: Using, signal: AbortSignal): Promise<Hook | null> {
  const known = await rememberedHook(channel, using);
  if (known) return known;
  try {
    const hook = (await ownHook(channel, using, signal)) ?? (await theOneMade(channel, using, signal));
    await using.memory.set(keyOf(channel), JSON.stringify(hook));
    return hook;
  } catch (error) {
    if (!mayNotHaveOne(error)) throw error;
    using.log.warn(
      { channel, err: error },
      "no webhook in this channel, so staff answers show the bot's name; give it Manage Webhooks",
    );
    return null;
  }
}

export async function rememberedHook(
  channel: string,
  { memory }: Pick<Using, "memory">,
): Promise<Hook | null> {
  const known = await memory.get(keyOf(channel));
  return known === null ? null : (JSON.parse(known) as Hook);
}

export async function forgetHook(channel: string, { memory }: Pick<Using, "memory">): Promise<void> {
  await memory.delete(keyOf(channel));
}

/** True when the webhook was deleted on Discord, or its token made anew. */
export function isHookGone(error: unknown): boolean {
  const code = codeOf(error);
  return code === CODES.unknownWebhook || code === CODES.invalidWebhookToken;
}

/** A member of staff as the author of a webhook's message. */
export function hookAuthor(name: string, avatar: string | undefined): HookAuthor {
  const cleaned = name
    .replaceAll(FORBIDDEN, "")
    .replaceAll(/[\s@#:`]+/g, " ")
    .trim();
  const username = RESERVED.test(cleaned) ? `${cleaned} (staff)`.trimStart() : cut(cleaned, LONGEST_NAME);
  return { username, ...(avatar !== undefined && /^https?:\/\//.test(avatar) && { avatar_url: avatar }) };
}

function keyOf(channel: string): string {
  return `webhook:${channel}`;
}

async function ownHook(channel: string, { api, client }: Using, signal: AbortSignal): Promise<Hook | null> {
  const hooks = await api.get<APIWebhook[]>(Routes.channelWebhooks(channel), { signal });
  const [own] = hooks
    .filter(
      ({ application_id, token, user }) =>
        token !== undefined && (application_id === client.application?.id || user?.id === client.user?.id),
    )
    .toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  return own?.token === undefined ? null : { id: own.id, token: own.token };
}

/** Another process may have made one at the same moment: then both keep the older one. */
async function theOneMade(channel: string, using: Using, signal: AbortSignal): Promise<Hook> {
  const made = await makeHook(channel, using, signal);
  const oldest = (await ownHook(channel, using, signal)) ?? made;
  if (oldest.id !== made.id) await using.api.delete(Routes.webhook(made.id), { signal });
  return oldest;
}

async function makeHook(channel: string, { api }: Using, signal: AbortSignal): Promise<Hook> {
  const body = { name: NAME };
  const { id, token = "" } = await api.post<APIWebhook>(Routes.channelWebhooks(channel), { body, signal });
  return { id, token };
}

function mayNotHaveOne(error: unknown): boolean {
  const codes: readonly (number | null)[] = [
    CODES.missingPermissions,
    CODES.missingAccess,
    CODES.tooManyWebhooks,
    CODES.wrongChannelType,
  ];
  if (codes.includes(codeOf(error))) return true;
  return error instanceof DiscordAPIError && JSON.stringify(error.rawError).includes("MAXIMUM_WEBHOOKS");
}
