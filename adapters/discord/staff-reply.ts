import type { SendContext, Sent } from "../../src/adapter.ts";
import type { Delivery, OutboundContent } from "../../src/domain.ts";
import type { DiscordPlace } from "./address.ts";
import { hookDoor } from "./doors.ts";
import { collectFiles } from "./files.ts";
import { writeIds } from "./message-ids.ts";
import type { Outgoing } from "./outgoing.ts";
import { postAll } from "./post.ts";
import { render } from "./render.ts";
import { inOpenThread, prepareThread } from "./threads.ts";
import { forgetHook, hookAuthor, hookOf, isHookGone } from "./webhooks.ts";

type Reply = Extract<OutboundContent, { kind: "reply" }>;

/**
 * What a person from staff says, under their own name and picture, through a webhook of the channel. Null where there
 * can be none: in direct messages, without the permission, or without a name. A webhook that was deleted is made anew.
 */
export async function sayAsStaff(
  delivery: Delivery,
  reply: Reply,
  place: DiscordPlace,
  context: SendContext,
  out: Outgoing,
): Promise<Sent | null> {
  if (place.kind === "interaction" || place.guild === "dm" || reply.author === undefined) return null;
  const [parent, channel] =
    place.kind === "thread" ? [place.parent, place.thread] : [place.channel, place.channel];
  if (!(await hookOf(parent, out, context.signal))) return null;
  if (place.kind === "thread") await prepareThread(place, out, context.signal);
  const { files, notes } = await collectFiles(reply.attachments ?? [], context);
  const payloads = render(delivery, { fileNotes: notes });
  const author = hookAuthor(reply.author, reply.authorAvatar);
  return tryOnce(true);

  async function tryOnce(mayRenew: boolean): Promise<Sent | null> {
    const hook = await hookOf(parent, out, context.signal);
    if (!hook) return null;
    const door = hookDoor(out, hook, { parent, channel, author });
    try {
      const ids = await inOpenThread(channel, out.api, context.signal, () =>
        postAll(door, delivery, payloads, files, context, out),
      );
      return { messageId: writeIds({ channel, ids, hook: hook.id }) };
    } catch (error) {
      if (!mayRenew || !isHookGone(error)) throw error;
      await forgetHook(parent, out);
      return tryOnce(false);
    }
  }
}
