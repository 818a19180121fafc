import { messageOf } from "../../src/errors.ts";
import { forTitle } from "../../src/title.ts";
import { toPlace } from "./address.ts";
import type { Listening } from "./listen.ts";
import type { Unsigned } from "./normalise.ts";
import { assistantBody } from "./payload.ts";
import { escapeText, oneLine, shorten } from "./plain.ts";
import type { Workspace } from "./workspaces.ts";

export interface Assistant {
  /** A person wrote: the chat is named after their first words. */
  onMessage(event: Unsigned, workspace: Workspace): void;
}

/** Longer titles are cut off in the list of chats. */
const LONGEST_TITLE = 60;
/** Chats that were opened and not written in. What a restart forgets goes without a title. */
const MOST_UNTITLED = 1_000;

/**
 * Slack's assistant pane. What people write there comes as direct messages in a thread, like any other. Plain listeners
 * and not Bolt's `Assistant`: that takes these messages away from the one path all messages go, and keeps the thread's
 * context in message metadata, at an API call or two each time.
 */
export function listenToAssistant(listening: Listening): Assistant {
  const { app, workspaces, config, log } = listening;
  const untitled = new Set<string>();

  /** Niceties: when Slack does not take them, the chat works all the same. */
  function nicely(what: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => log.warn({ err: messageOf(error) }, `Slack did not take ${what}`));
  }

  app.event("assistant_thread_started", async ({ body, context }) => {
    const read = assistantBody.safeParse(body);
    if (!read.success || !config.slack.direct_messages) return;
    const { channel_id, thread_ts } = read.data.event.assistant_thread;
    const chat = `${channel_id}/${thread_ts}`;
    if (untitled.has(chat)) return;
    const [oldest] = untitled;
    if (untitled.size >= MOST_UNTITLED && oldest !== undefined) untitled.delete(oldest);
    untitled.add(chat);
    const { client } = await workspaces.of(context.teamId ?? "");
    const text = escapeText(`Hi, I'm ${config.agent.name}. Ask me anything about ${config.shop.name}.`);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's, not a browser window's
    nicely("the greeting", client.chat.postMessage({ channel: channel_id, thread_ts, text }));
    const [first, ...others] = config.slack.suggested_prompts;
    if (!first) return;
    const prompts: [typeof first, ...typeof others] = [first, ...others];
    nicely(
      "the suggested prompts",
      client.assistant.threads.setSuggestedPrompts({ channel_id, thread_ts, prompts }),
    );
  });

  // Which channel the person looks at beside the chat changes nothing for us; the event is heard so that it is
  // acknowledged as known.
  app.event("assistant_thread_context_changed", async () => undefined);

  return {
    onMessage({ address, body }, { client }) {
      const place = toPlace(address);
      if (place.kind !== "channel" || place.thread === undefined || body.kind !== "message") return;
      const { channel, thread } = place;
      if (!untitled.delete(`${channel}/${thread}`)) return;
      const title = shorten(oneLine(forTitle(body.text)), LONGEST_TITLE);
      if (title === "") return;
      nicely(
        "the chat's title",
        client.assistant.threads.setTitle({ channel_id: channel, thread_ts: thread, title }),
      );
    },
  };
}
