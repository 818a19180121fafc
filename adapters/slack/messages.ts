import { createInOrder } from "./in-order.ts";
import { type Listening, sign, surroundingsOf, take } from "./listen.ts";
import { LOOK_UP_MS } from "./look-up.ts";
import { channelIn, namesIn, normaliseMessage, type Unsigned } from "./normalise.ts";
import { normaliseReaction, reactionOf } from "./note.ts";
import type { Workspace } from "./workspaces.ts";

export interface MessageListeners {
  /** Called for each message of a person, once it is on disk. */
  onMessage(event: Unsigned, workspace: Workspace): void;
}

/** What is written, changed, taken back and marked as a note. Returns the way that each message goes. */
export function listenToMessages(
  listening: Listening,
  listeners: MessageListeners,
): (body: unknown, team: string) => Promise<void> {
  const { app, workspaces, host } = listening;
  const threads = createThreads();

  const inOrder = createInOrder();

  async function prepare(body: unknown, team: string) {
    const workspace = await workspaces.of(team);
    const event = await translate(body, workspace, listening);
    const signed = event && (await sign(event, workspace, listening));
    return event && signed && { event, signed, workspace };
  }

  async function hear(body: unknown, team: string): Promise<void> {
    await inOrder(`${team}/${channelIn(body)}`, prepare(body, team), async (ready) => {
      if (!ready) return;
      const { event, signed, workspace } = ready;
      if (event.atDesk) threads.keep(event);
      await host.intake(signed);
      if (event.body.kind === "message") listeners.onMessage(event, workspace);
    });
  }

  app.event("message", ({ body, context }) => hear(body, context.teamId ?? ""));
  app.event("app_mention", ({ body, context }) => hear(body, context.teamId ?? ""));
  app.event("reaction_added", async ({ body, context }) => {
    const workspace = await workspaces.of(context.teamId ?? "");
    const where = surroundingsOf(workspace, listening.config);
    const marked = reactionOf(body, where);
    if (!marked) return;
    const thread = threads.of(marked) ?? (await lookUpThread(marked, workspace));
    await take(normaliseReaction(marked, thread, where), workspace, listening);
  });
  return hear;
}

/** Twice over the same payload: the first look says whether it concerns us at all, before anybody's name is asked for. */
async function translate(body: unknown, workspace: Workspace, { config, people }: Listening) {
  const event = normaliseMessage(body, surroundingsOf(workspace, config));
  const mentioned = event ? namesIn(body).filter((user) => user !== workspace.botUserId) : [];
  if (mentioned.length === 0) return event;
  const names = await people.names(workspace.team, mentioned);
  return normaliseMessage(body, surroundingsOf(workspace, config, names));
}

interface Message {
  readonly channel: string;
  readonly ts: string;
}

/** A reaction does not say which thread its message is in. The last ones we heard are remembered. */
function createThreads() {
  const known = new Map<string, string>();
  const most = 5_000;
  return {
    keep({ address, body }: Unsigned) {
      const [, channel, thread] = address.key.split("/");
      if (body.kind !== "message" || channel === undefined || thread === undefined) return;
      known.set(`${channel}/${body.messageId}`, thread);
      const [oldest] = known.keys();
      if (known.size > most && oldest !== undefined) known.delete(oldest);
    },
    of: ({ channel, ts }: Message) => known.get(`${channel}/${ts}`),
  };
}

async function lookUpThread({ channel, ts }: Message, { client }: Workspace): Promise<string> {
  const signal = AbortSignal.timeout(2 * LOOK_UP_MS);
  const found = client.conversations.replies({ channel, ts, limit: 1 });
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () =>
      reject(new Error("Slack did not say which thread the note is in.")),
    );
  });
  const { messages } = await Promise.race([found, late]);
  // Slack answers with the reply alone, which names its thread, or with the root of the thread.
  const [first] = messages ?? [];
  return first?.thread_ts ?? first?.ts ?? ts;
}
