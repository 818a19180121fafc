import { type APIMessage, type RawFile, Routes } from "discord.js";

import type { Outgoing } from "./outgoing.ts";
import type { Payload } from "./payload.ts";
import type { Hook, HookAuthor } from "./webhooks.ts";

export interface Extras {
  readonly files: readonly RawFile[];
  readonly nonce: string;
}

/** A way in which messages get to one channel or thread, and are changed there. */
export interface Door {
  readonly channel: string;
  /** The webhook that writes; null when the bot does. */
  readonly hook: string | null;
  /** True when Discord recognises a message that comes a second time within minutes, by its nonce. */
  readonly knowsRepeats: boolean;
  post(payload: Payload, extras: Extras, signal: AbortSignal): Promise<APIMessage>;
  edit(id: string, payload: Payload, signal: AbortSignal): Promise<void>;
  remove(id: string, signal: AbortSignal): Promise<void>;
  isOwn(message: APIMessage): boolean;
}

/** The bot itself. */
export function botDoor({ api, client }: Pick<Outgoing, "api" | "client">, channel: string): Door {
  return {
    channel,
    hook: null,
    knowsRepeats: true,
    post: (payload, { files, nonce }, signal) =>
      api.post<APIMessage>(Routes.channelMessages(channel), {
        body: { ...withFiles(payload, files), nonce, enforce_nonce: true },
        files,
        signal,
      }),
    async edit(id, payload, signal) {
      await api.patch(Routes.channelMessage(channel, id), { body: asEdit(payload), signal });
    },
    remove: (id, signal) => api.delete(Routes.channelMessage(channel, id), { signal }),
    isOwn: ({ author, webhook_id }) => author.id === client.user?.id && webhook_id === undefined,
  };
}

/** A webhook, which writes under any name and with any picture. It knows no nonce. */
export function hookDoor(
  { api, client }: Pick<Outgoing, "api" | "client">,
  hook: Hook,
  { parent, channel, author }: { parent: string; channel: string; author?: HookAuthor },
): Door {
  const query = channel === parent ? {} : { thread_id: channel };
  const call = { query, isTokenInPath: true } as const;
  return {
    channel,
    hook: hook.id,
    knowsRepeats: false,
    post: (payload, { files }, signal) =>
      api.post<APIMessage>(Routes.webhook(hook.id, hook.token), {
        ...call,
        query: { ...query, wait: "true" },
        body: { ...withFiles(payload, files), ...author },
        files,
        signal,
      }),
    async edit(id, payload, signal) {
      const route = Routes.webhookMessage(hook.id, hook.token, id);
      await api.patch(route, { ...call, body: asEdit(payload), signal });
    },
    remove: (id, signal) => api.delete(Routes.webhookMessage(hook.id, hook.token, id), { ...call, signal }),
    // Or by another webhook of ours that was here before it. What answers a click is by the application itself.
    isOwn({ webhook_id: by, application_id: application }) {
      const us = client.application?.id;
      return by === hook.id || (by !== undefined && by !== us && us !== undefined && application === us);
    },
  };
}

export function withFiles(payload: Payload, files: readonly RawFile[]): Payload {
  if (files.length === 0) return payload;
  const attachments = files.map(({ name }, index) => ({ id: String(index), filename: name }));
  return Object.assign({ attachments }, payload);
}

/** An edit says all: what is not there any more, such as buttons, goes. */
function asEdit(payload: Payload): Payload {
  return { ...payload, components: payload.components ?? [] };
}
