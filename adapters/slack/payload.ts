import { z } from "zod";

/**
 * What we read of Slack's payloads. Slack adds fields as it likes and leaves out or nulls others, so each schema names
 * only what is used, and nothing here refuses a payload for a field that we could do without.
 */

const id = z.string().min(1);
const text = z.string().nullish().catch(null);
const unknowns = z.array(z.unknown()).nullish().catch(null);

const message = z.object({
  type: z.enum(["message", "app_mention"]).nullish().catch(null),
  subtype: text,
  user: text,
  bot_id: text,
  app_id: text,
  text,
  ts: id,
  thread_ts: text,
  /** The author's workspace, on messages from Slack Connect. */
  user_team: text,
  source_team: text,
  team: text,
  edited: z.object({ ts: id }).nullish().catch(null),
  blocks: unknowns,
  files: unknowns,
});
export type SlackMessage = z.infer<typeof message>;

const messageEvent = message.extend({
  channel: id,
  channel_type: text,
  event_ts: text,
  deleted_ts: text,
  message: message.nullish().catch(null),
  previous_message: message.nullish().catch(null),
});
export type SlackMessageEvent = z.infer<typeof messageEvent>;

/** As `conversations.history` and `.replies` show it. Loose: it goes the way of an event afterwards. */
export const historyMessage = message.extend({ latest_reply: text }).loose();

export const messageBody = z.object({
  team_id: text,
  api_app_id: text,
  event: messageEvent,
});

export const fileInMessage = z.object({
  id,
  name: text,
  title: text,
  mimetype: text,
  size: z.number().nullish().catch(null),
  url_private: text,
  url_private_download: text,
  /** `tombstone` and `hidden_by_limit`: its bytes are gone. */
  mode: text,
});

export const reactionBody = z.object({
  event: z.object({
    user: id,
    reaction: id,
    item: z.object({ type: z.literal("message"), channel: id, ts: id }),
    item_user: text,
    event_ts: id,
  }),
});

export const homeBody = z.object({
  event: z.object({ user: id, channel: text, tab: text, event_ts: id }),
});

export const assistantBody = z.object({
  event: z.object({
    assistant_thread: z.object({ user_id: id, channel_id: id, thread_ts: id }),
  }),
});

const person = z.object({ id, team_id: text });

export const clickBody = z.object({
  user: person,
  team: z.object({ id: text }).nullish().catch(null),
  trigger_id: text,
  response_url: text,
  channel: z.object({ id: text }).nullish().catch(null),
  container: z.object({ message_ts: text, channel_id: text, thread_ts: text }).nullish().catch(null),
  message: z.object({ ts: text, thread_ts: text }).nullish().catch(null),
  view: z.object({ private_metadata: text }).nullish().catch(null),
  actions: z.tuple([z.object({ action_id: id, value: text, action_ts: text })], z.unknown()),
});
export type SlackClick = z.infer<typeof clickBody>;

export const formBody = z.object({
  user: person,
  view: z.object({
    id,
    callback_id: id,
    private_metadata: text,
    state: z.object({
      values: z.record(z.string(), z.record(z.string(), z.object({ value: text }))),
    }),
  }),
});

export const commandBody = z.object({
  user_id: id,
  channel_id: id,
  text,
  trigger_id: id,
  response_url: id,
});

/** An entry of a message's menu was chosen. */
export const shortcutBody = z.object({
  callback_id: id,
  user: person,
  channel: z.object({ id }),
  message,
  response_url: text,
});
