import { type APIMessage, type APIThreadChannel, Routes } from "discord.js";

import { DeskhandError } from "../../src/errors.ts";
import { forTitle } from "../../src/title.ts";
import type { DiscordPlace } from "./address.ts";
import { CODES, codeOf } from "./failures.ts";
import type { Outgoing } from "./outgoing.ts";
import { cut, harmless } from "./text.ts";
import { LONGEST_NAME, topicOf } from "./topic.ts";

type Using = Pick<Outgoing, "api" | "client">;
type ThreadPlace = Extract<DiscordPlace, { kind: "thread" }>;

/**
 * Makes sure that a thread can be written to: one that does not exist yet is made on the message that it is named
 * after. A locked one is left alone, although we could often open it: a person closed it on purpose.
 */
export async function prepareThread(
  place: ThreadPlace,
  { api, client }: Using,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (await isLocked(place.thread, { api, client }, signal)) throw lockedThread();
  } catch (error) {
    if (codeOf(error) !== CODES.unknownChannel) throw error;
    await makeThread(place, api, signal, error);
  }
}

/** Opens a thread on a message of ours; one that is there already is fine. */
export async function startThread(
  { channel, message, name }: { readonly channel: string; readonly message: string; readonly name: string },
  api: Outgoing["api"],
  signal: AbortSignal,
): Promise<void> {
  try {
    const body = { name: cut(harmless(name), LONGEST_NAME) };
    await api.post(Routes.threads(channel, message), { body, signal });
  } catch (error) {
    if (codeOf(error) !== CODES.threadExists) throw error;
  }
}

/** Runs a call that an archived thread refuses, after opening the thread again if need be. */
export async function inOpenThread<T>(
  thread: string,
  api: Outgoing["api"],
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (codeOf(error) !== CODES.threadArchived) throw error;
    const { thread_metadata } = await api.get<APIThreadChannel>(Routes.channel(thread), { signal });
    if (thread_metadata?.locked) throw lockedThread();
    await api.patch(Routes.channel(thread), { body: { archived: false }, signal });
    return call();
  }
}

/** What the gateway has told us is enough; a thread that we have not heard of is asked for. */
async function isLocked(thread: string, { api, client }: Using, signal: AbortSignal): Promise<boolean> {
  const known = client.channels.cache.get(thread);
  if (known?.isThread()) return known.locked === true;
  const { thread_metadata } = await api.get<APIThreadChannel>(Routes.channel(thread), { signal });
  return thread_metadata?.locked === true;
}

async function makeThread(
  { parent, thread }: ThreadPlace,
  api: Outgoing["api"],
  signal: AbortSignal,
  unknown: unknown,
): Promise<void> {
  try {
    const question = await api.get<APIMessage>(Routes.channelMessage(parent, thread), { signal });
    const { content, author } = question;
    // It stays when the customer deletes what they wrote.
    const name = topicOf(forTitle(content)) ?? `Question from ${author.global_name ?? author.username}`;
    await startThread({ channel: parent, message: thread, name }, api, signal);
  } catch (error) {
    // A post of a forum is its own thread: it was deleted, and there is no message to make it from.
    throw codeOf(error) === CODES.wrongChannelType ? unknown : error;
  }
}

function lockedThread(): DeskhandError {
  return new DeskhandError(
    "delivery_refused",
    "The thread is locked. Somebody who may manage threads has to unlock it before anything can be said there.",
  );
}
