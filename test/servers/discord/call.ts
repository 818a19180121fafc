import type { UploadedFile } from "./draft.ts";
import { refuse } from "./errors.ts";
import { canSee } from "./permissions.ts";
import type { Channel, Json, Message, User, World } from "./world.ts";

/** One REST request that passed Discord's description, and what a route answers. */

export interface Call {
  readonly world: World;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Json;
  readonly body: Json;
  readonly files: readonly UploadedFile[];
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

export type Routes = Readonly<Record<string, (call: Call) => Reply>>;

export const NO_CONTENT: Reply = { status: 204 };

export function ok(body: unknown, status = 200): Reply {
  return { status, body };
}

/** The channel of the path that the bot can see: 10003 when there is none, 50001 when it is hidden. */
export function channelIn({ world, params }: Call): Channel {
  const channel = world.channels.get(params["channel_id"] ?? "") ?? refuse(10003);
  if (!canSee(world, world.bot.id, channel)) refuse(50001);
  return channel;
}

export function messageIn(call: Call, channel: Channel): Message {
  return channel.messages.get(call.params["message_id"] ?? "") ?? refuse(10008);
}

export function userIn({ world, params }: Call): User {
  return world.users.get(params["user_id"] ?? "") ?? refuse(10013);
}
