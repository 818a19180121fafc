import { ComponentType } from "discord.js";

import { signedUrl } from "./attachments.ts";
import { walk } from "./components.ts";
import type { Json, Message, World } from "./world.ts";
import { textIn } from "./values.ts";

/** What Discord adds to components and embeds that were sent, so that what is read back is complete. */

const CHOICE = { min_values: 1, max_values: 1 };
const DEFAULTS: Readonly<Record<number, Json>> = {
  [ComponentType.Container]: { accent_color: null, spoiler: false },
  [ComponentType.Separator]: { divider: true, spacing: 1 },
  [ComponentType.Thumbnail]: { description: null, spoiler: false },
  [ComponentType.File]: { spoiler: false },
  [ComponentType.StringSelect]: CHOICE,
  [ComponentType.UserSelect]: CHOICE,
  [ComponentType.RoleSelect]: CHOICE,
  [ComponentType.MentionableSelect]: CHOICE,
  [ComponentType.ChannelSelect]: CHOICE,
};

/** Numbers what has no `id` and fills in what was left out. */
export function completed(components: readonly Json[]): Json[] {
  const copy = structuredClone(components) as Json[];
  let next = 1;
  for (const { component } of walk(copy)) {
    component["id"] ??= next++;
    for (const [key, value] of Object.entries(DEFAULTS[Number(component["type"])] ?? {}))
      component[key] ??= value;
    for (const item of (component["items"] ?? []) as Json[]) {
      item["description"] ??= null;
      item["spoiler"] ??= false;
    }
  }
  return copy;
}

export function completedEmbeds(embeds: readonly Json[]): Json[] {
  return embeds.map((embed) => {
    const fields = embed["fields"] as Json[] | undefined;
    return {
      type: "rich",
      ...embed,
      ...(fields && { fields: fields.map((field) => ({ inline: false, ...field })) }),
    };
  });
}

/** As sent back: `attachment://name` has become a signed link. */
export function withMedia(
  world: World,
  message: Message,
): { readonly components: Json[]; readonly embeds: Json[] } {
  const { components, embeds } = message;
  const hasMedia = walk(components).some(({ component }) =>
    ["media", "file", "items"].some((key) => key in component),
  );
  if (!hasMedia && !embeds.some((embed) => "image" in embed || "thumbnail" in embed))
    return { components, embeds };
  const copy = structuredClone({ components, embeds });
  for (const { component } of walk(copy.components)) {
    const items = (component["items"] ?? []) as Json[];
    for (const holder of [component, ...items]) resolve(world, message, holder, "media");
    const file = resolve(world, message, component, "file");
    if (file) Object.assign(component, { name: file.filename, size: file.bytes.length });
  }
  for (const embed of copy.embeds)
    for (const key of ["image", "thumbnail"]) resolve(world, message, embed, key);
  return copy;
}

function resolve(
  world: World,
  message: Message,
  holder: Json,
  key: string,
): Message["attachments"][number] | undefined {
  const media = holder[key] as Json | undefined;
  if (!media) return undefined;
  const name = /^attachment:\/\/(.+)$/.exec(textIn(media["url"]))?.[1];
  const file = message.attachments.find(({ filename }) => filename === name);
  const url = file ? signedUrl(world, message.channelId, file.id, file.filename) : media["url"];
  holder[key] = {
    id: file?.id ?? message.id,
    url,
    proxy_url: url,
    ...(file && { content_type: file.contentType }),
  };
  return file;
}
