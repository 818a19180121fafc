import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { DeskhandError } from "../../errors.ts";
import { type Asked, type ExportOptions, named } from "./asked.ts";

const user = z.object({
  id: z.string(),
  name: z.string().optional(),
  real_name: z.string().optional(),
  is_bot: z.boolean().optional(),
  profile: z.object({ display_name: z.string().optional(), real_name: z.string().optional() }).optional(),
});

const message = z.object({
  type: z.string().optional(),
  subtype: z.string().optional(),
  user: z.string().optional(),
  bot_id: z.string().nullish(),
  text: z.string().default(""),
  ts: z.string(),
  thread_ts: z.string().optional(),
  reply_users: z.array(z.string()).optional(),
  replies: z.array(z.object({ user: z.string().optional() })).optional(),
});

/** Joined, renamed, pinned: what Slack says itself. These three are people's own words. */
const WORDS: ReadonlySet<string> = new Set(["thread_broadcast", "file_share", "me_message"]);

/** An unpacked Slack export: `users.json`, `channels.json`, and a folder a channel with a JSON file a day. */
export function isSlackExport(path: string): boolean {
  return statSync(path).isDirectory() && existsSync(join(path, "users.json"));
}

/**
 * The roots of threads that customers wrote, channel by channel and day by day; one day is in memory at a time.
 *
 * Throws `config_invalid` for a file that is not what Slack writes.
 */
export function* readSlackExport(path: string, options: ExportOptions): Generator<Asked> {
  const people = new Map(
    parsed(z.array(user), join(path, "users.json")).map((one) => [one.id, one] as const),
  );
  const folders = readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
  for (const channel of folders) {
    if (options.channels.size > 0 && !named(options.channels, channel)) continue;
    const days = readdirSync(join(path, channel)).filter((name) => name.endsWith(".json"));
    for (const day of days.toSorted()) {
      const file = join(path, channel, day);
      for (const one of parsed(z.array(z.unknown()), file)) {
        const read = message.safeParse(one);
        const asked = read.success ? askedIn(read.data, channel, people, options) : null;
        if (asked) yield asked;
      }
    }
  }
}

function askedIn(
  one: z.infer<typeof message>,
  channel: string,
  people: ReadonlyMap<string, z.infer<typeof user>>,
  { staff, leftOut }: ExportOptions,
): Asked | null {
  const isSystem = one.subtype !== undefined && !WORDS.has(one.subtype) && one.subtype !== "bot_message";
  if (isSystem || (one.type !== undefined && one.type !== "message")) return null;
  const author = people.get(one.user ?? "");
  const name = author?.profile?.display_name || author?.real_name || author?.name || one.user || "";
  if (one.bot_id || one.subtype === "bot_message" || author?.is_bot || one.user === undefined) {
    leftOut.bots += 1;
    return null;
  }
  if (one.thread_ts !== undefined && one.thread_ts !== one.ts) {
    leftOut.replies += 1;
    return null;
  }
  if (named(staff, one.user, author?.name, author?.real_name, name)) {
    leftOut.staff += 1;
    return null;
  }
  const text = plainText(one.text);
  if (text === "") {
    leftOut.empty += 1;
    return null;
  }
  const writers = [...(one.reply_users ?? []), ...(one.replies ?? []).flatMap((reply) => reply.user ?? [])];
  return {
    id: `${channel}/${one.ts}`,
    channel,
    authorId: one.user,
    author: name,
    text,
    at: Math.round(Number(one.ts) * 1_000),
    answered: writers.some((writer) => writer !== one.user),
  };
}

/** Slack's marks as people see them: `<url|label>`, `<@U1>`, and its three escapes. */
function plainText(text: string): string {
  return text
    .replace(/<(?:https?|mailto):[^|<>]*\|([^<>]*)>/g, "$1")
    .replace(/<((?:https?|mailto):[^<>]*)>/g, "$1")
    .replace(/<[@#!][^<>]*>/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .trim();
}

function parsed<T>(schema: z.ZodType<T>, file: string): T {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new DeskhandError("config_invalid", `${file} is not a file of a Slack export.`, { cause: error });
  }
}
