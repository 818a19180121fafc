import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { DeskhandError } from "../../errors.ts";
import { type Asked, type ExportOptions, named } from "./asked.ts";
import { jsonItems } from "./json-items.ts";

const head = z.object({
  channel: z.object({ id: z.string(), type: z.string(), name: z.string(), category: z.string().nullish() }),
});

const message = z.object({
  id: z.string(),
  type: z.string(),
  timestamp: z.string(),
  content: z.string().default(""),
  author: z.object({
    id: z.string(),
    name: z.string(),
    nickname: z.string().nullish(),
    isBot: z.boolean().default(false),
    roles: z.array(z.object({ id: z.string().optional(), name: z.string() })).nullish(),
  }),
  reference: z.object({ messageId: z.string().nullish() }).nullish(),
});

type Message = z.infer<typeof message>;

/** Whoever writes on within this time adds to what was asked. */
const ADDS_WITHIN_MS = 5 * 60_000;
/** So many questions of a channel wait to see whether somebody answers. */
const WAITING = 200;

/**
 * Files of DiscordChatExporter (JSON): one file, or a folder of them, a file for each channel or thread.
 *
 * Throws `config_invalid` when there is none, so that a packed export is not read as an empty one.
 */
export function discordFiles(path: string): readonly string[] {
  const files = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, encoding: "utf8" })
        .toSorted()
        .map((name) => join(path, name))
    : [path];
  const readable = files.filter((name) => name.endsWith(".json"));
  if (readable.length > 0) return readable;
  throw new DeskhandError(
    "config_invalid",
    path.endsWith(".zip")
      ? `${path} is still packed. Unpack it into a folder and give that folder.`
      : `${path} holds no export: neither users.json of Slack nor a JSON file of DiscordChatExporter.`,
  );
}

/**
 * What customers asked: in a thread or a forum post its first message, in a text channel each message that is no reply. Files
 * are read as streams.
 *
 * Throws `config_invalid` for a file that DiscordChatExporter did not write.
 */
export async function* readDiscordExport(
  files: readonly string[],
  options: ExportOptions,
): AsyncGenerator<Asked> {
  for (const file of files) yield* readChannel(file, options);
}

async function* readChannel(file: string, options: ExportOptions): AsyncGenerator<Asked> {
  const waiting: Asked[] = [];
  let channel: z.infer<typeof head>["channel"] | null = null;
  let messages = 0;
  for await (const part of jsonItems(file, "messages")) {
    if (part.kind === "head") {
      channel = headOf(part.text, file);
      const wanted = options.channels.size === 0 || named(options.channels, channel.name, channel.id);
      if (!wanted) return;
      continue;
    }
    if (channel === null) break;
    const one = messageOf(part.text);
    if (!one || !/^(?:Default|Reply|ThreadStarterMessage|0|19|21)$/.test(one.type)) continue;
    messages += 1;
    const isThread = /Thread/.test(channel.type);
    noteAnswer(one, waiting, isThread);
    const asked = askedIn(one, channel.name, { isThread, isFirst: messages === 1 }, options);
    if (!asked) continue;
    const before = waiting.at(-1);
    if (before && addsTo(before, asked)) {
      waiting[waiting.length - 1] = { ...before, text: `${before.text}\n${asked.text}` };
      continue;
    }
    waiting.push(asked);
    const oldest = waiting.length > WAITING ? waiting.shift() : undefined;
    if (oldest) yield oldest;
  }
  if (channel === null) throw notDiscord(file);
  yield* waiting;
}

function askedIn(
  one: Message,
  channel: string,
  place: { readonly isThread: boolean; readonly isFirst: boolean },
  { staff, leftOut }: ExportOptions,
): Asked | null {
  const { author } = one;
  if (author.isBot) leftOut.bots += 1;
  else if (place.isThread ? !place.isFirst : Boolean(one.reference?.messageId)) leftOut.replies += 1;
  else if (named(staff, author.id, author.name, author.nickname ?? undefined) || hasRole(author, staff)) {
    leftOut.staff += 1;
  } else if (one.content.trim() === "") leftOut.empty += 1;
  else {
    return {
      id: one.id,
      channel,
      authorId: author.id,
      author: author.nickname ?? author.name,
      text: one.content.replace(/<(?:@[!&]?|#)\d+>/g, " ").trim(),
      at: Date.parse(one.timestamp),
      answered: false,
    };
  }
  return null;
}

function hasRole({ roles }: Message["author"], staff: ReadonlySet<string>): boolean {
  return (roles ?? []).some((role) => named(staff, role.name, role.id));
}

/** Marks the question that somebody else replied to; in a thread everything answers the first message. */
function noteAnswer(one: Message, waiting: Asked[], isThread: boolean): void {
  const replied = one.reference?.messageId;
  const at = isThread ? 0 : waiting.findIndex(({ id }) => id === replied);
  const asked = waiting[at];
  if (asked && asked.authorId !== one.author.id) waiting[at] = { ...asked, answered: true };
}

function addsTo(before: Asked, asked: Asked): boolean {
  return before.authorId === asked.authorId && !before.answered && asked.at - before.at <= ADDS_WITHIN_MS;
}

function headOf(text: string, file: string): z.infer<typeof head>["channel"] {
  try {
    return head.parse(JSON.parse(`${text.trimEnd().replace(/,$/, "")}}`)).channel;
  } catch (error) {
    throw notDiscord(file, error);
  }
}

function messageOf(text: string): Message | null {
  const read = message.safeParse(JSON.parse(text));
  return read.success ? read.data : null;
}

function notDiscord(file: string, cause?: unknown): DeskhandError {
  return new DeskhandError(
    "config_invalid",
    `${file} is not an export of DiscordChatExporter in the format JSON.`,
    { cause },
  );
}
