import { MessageFlags } from "discord.js";

import { checkMessageComponents, walk } from "./components.ts";
import { badForm, refuse, tooLong } from "./errors.ts";
import type { Draft } from "./messages.ts";
import { completed, completedEmbeds } from "./stored.ts";
import type { Attachment, Channel, Json, Message, World } from "./world.ts";
import { lengthOf, textIn } from "./values.ts";

const MOST_CONTENT = 2_000;
const MOST_EMBED_TEXT = 6_000;
const MOST_BYTES = 10 * 1024 * 1024;
const CAN_BE_SET =
  MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2;

export interface UploadedFile {
  /** `files[0]` -> 0. */
  readonly index: number;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** A message to be made, after all that Discord checks beyond its description; throws as Discord refuses. */
export function readDraft(
  world: World,
  channel: Channel,
  body: Json,
  files: readonly UploadedFile[],
  mayBeEphemeral = false,
): Draft {
  const flags = readFlags(body, mayBeEphemeral ? CAN_BE_SET | MessageFlags.Ephemeral : CAN_BE_SET);
  const attachments = readAttachments(world, body, files, []);
  const shape = readShape(body, flags, attachments);
  checkNotEmpty({ ...shape, attachments });
  checkAllowedMentions(body);
  return {
    ...shape,
    flags,
    attachments,
    allowedMentions: (body["allowed_mentions"] as Json | null | undefined) ?? null,
    replyTo: readReference(world, channel, body),
    nonce: (body["nonce"] as string | number | null | undefined) ?? null,
  };
}

/** What an edit changes; the flag for the new components can be set by it, and never taken off. */
export function readChange(
  world: World,
  message: Message,
  body: Json,
  files: readonly UploadedFile[],
): Partial<Pick<Message, "content" | "embeds" | "components" | "attachments" | "flags">> {
  const given = body["flags"] === undefined || body["flags"] === null ? message.flags : Number(body["flags"]);
  const kept = message.flags & ~MessageFlags.SuppressEmbeds & ~MessageFlags.Loading;
  const flags = kept | (given & (MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2));
  const attachments = readAttachments(world, body, files, message.attachments);
  const shape = readShape(body, flags, attachments);
  const change = {
    ...(body["content"] !== undefined && { content: shape.content }),
    ...(body["embeds"] !== undefined && { embeds: shape.embeds }),
    ...(body["components"] !== undefined && { components: shape.components }),
    ...((body["attachments"] !== undefined || files.length > 0) && { attachments }),
    flags,
  };
  checkNotEmpty({ ...message, ...change });
  checkAllowedMentions(body);
  return change;
}

interface Shape {
  readonly content: string;
  readonly embeds: Json[];
  readonly components: Json[];
}

interface Filled extends Shape {
  readonly attachments: readonly Attachment[];
}

function readFlags(body: Json, possible: number): number {
  const flags = Number(body["flags"] ?? 0);
  if (flags & ~possible)
    badForm("flags", "MESSAGE_FLAGS_INVALID", `Flags ${flags & ~possible} cannot be set.`);
  return flags;
}

function readShape(body: Json, flags: number, attachments: readonly Attachment[]): Shape {
  const isV2 = (flags & MessageFlags.IsComponentsV2) !== 0;
  const content = textIn(body["content"] ?? "").trim();
  const embeds = (body["embeds"] ?? []) as Json[];
  const components = (body["components"] ?? []) as Json[];
  // Discord counts code points.
  if (lengthOf(content) > MOST_CONTENT) tooLong("content", MOST_CONTENT);
  for (const [key, has] of [
    ["content", content !== ""],
    ["embeds", embeds.length > 0],
  ] as const) {
    if (!isV2 || !has) continue;
    const message = `The '${key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`;
    badForm(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message);
  }
  checkEmbeds(embeds);
  checkMessageComponents(components, isV2);
  checkFilesAreThere([...embeds, ...walk(components).map(({ component }) => component)], attachments);
  return {
    content,
    embeds: completedEmbeds(embeds),
    components: completed(components),
  };
}

function checkEmbeds(embeds: readonly Json[]): void {
  const limits = { title: 256, description: 4_096 };
  let total = 0;
  for (const [index, embed] of embeds.entries()) {
    for (const [key, most] of Object.entries(limits)) {
      const text = textIn(embed[key] ?? "");
      if (text.length > most) tooLong(`embeds.${index}.${key}`, most);
      total += text.length;
    }
    for (const [at, field] of ((embed["fields"] ?? []) as Json[]).entries()) {
      for (const [key, most] of [
        ["name", 256],
        ["value", 1_024],
      ] as const) {
        const text = textIn(field[key] ?? "");
        if (text === "")
          badForm(`embeds.${index}.fields.${at}.${key}`, "BASE_TYPE_REQUIRED", "This field is required");
        if (text.length > most) tooLong(`embeds.${index}.fields.${at}.${key}`, most);
        total += text.length;
      }
    }
    total += textIn((embed["footer"] as Json | undefined)?.["text"] ?? "").length;
    total += textIn((embed["author"] as Json | undefined)?.["name"] ?? "").length;
  }
  if (total > MOST_EMBED_TEXT) {
    badForm("embeds", "MAX_EMBED_SIZE_EXCEEDED", `Embed size exceeds maximum size of ${MOST_EMBED_TEXT}`);
  }
}

function checkFilesAreThere(places: readonly Json[], attachments: readonly Attachment[]): void {
  const names = new Set(attachments.map(({ filename }) => filename));
  for (const match of JSON.stringify(places).matchAll(/"attachment:\/\/([^"]+)"/g)) {
    if (!names.has(match[1] ?? "")) {
      badForm(
        "components",
        "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
        `No attachment ${match[1]}.`,
      );
    }
  }
}

/** `attachments` names what stays (by its id) and describes what comes (by its number). */
function readAttachments(
  world: World,
  body: Json,
  files: readonly UploadedFile[],
  before: readonly Attachment[],
): Attachment[] {
  const listed = body["attachments"] as Json[] | null | undefined;
  const kept = listed
    ? before.filter(({ id }) => listed.some((one) => textIn(one["id"]) === id))
    : [...before];
  for (const [at, one] of (listed ?? []).entries()) {
    const isThere = [...before.map(({ id }) => id), ...files.map(({ index }) => String(index))];
    if (isThere.includes(textIn(one["id"]))) continue;
    badForm(`attachments.${at}.id`, "ATTACHMENT_NOT_FOUND", `No file for attachment ${textIn(one["id"])}.`);
  }
  if (files.reduce((sum, { bytes }) => sum + bytes.length, 0) > MOST_BYTES) refuse(40005);
  const added = files.map((file) => {
    const described = listed?.find((one) => textIn(one["id"]) === String(file.index));
    return {
      id: world.nextId(),
      filename: textIn(described?.["filename"] ?? file.filename),
      contentType: file.contentType,
      bytes: file.bytes,
      description: (described?.["description"] as string | undefined) ?? null,
    };
  });
  return [...kept, ...added];
}

function checkNotEmpty({ content, embeds, components, attachments }: Filled): void {
  if (content !== "" || embeds.length > 0 || components.length > 0 || attachments.length > 0) return;
  refuse(50006);
}

/** A list and "all of them" for the same kind contradict each other. */
function checkAllowedMentions(body: Json): void {
  const allowed = body["allowed_mentions"] as Json | null | undefined;
  for (const kind of ["users", "roles"]) {
    const list = (allowed?.[kind] ?? []) as unknown[];
    if (list.length === 0 || !((allowed?.["parse"] ?? []) as unknown[]).includes(kind)) continue;
    const message = `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`;
    badForm("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message);
  }
}

function readReference(world: World, channel: Channel, body: Json): Message | undefined {
  const reference = body["message_reference"] as Json | null | undefined;
  if (!reference) return undefined;
  const channelId = textIn(reference["channel_id"] ?? channel.id);
  const message =
    channelId === channel.id ? channel.messages.get(textIn(reference["message_id"])) : undefined;
  if (message || reference["fail_if_not_exists"] === false) return message;
  const code = "REPLIES_UNKNOWN_MESSAGE";
  return badForm(
    "message_reference",
    code,
    world.channels.has(channelId) ? "Unknown message" : "Unknown channel",
  );
}
