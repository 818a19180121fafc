import { isThread, type Channel, type Member, type Message, type User, type World } from "./world.ts";

/** Names in tests to things in the world; what is not there is told with what is. */

/** An id or a name: `ann`. */
export type UserRef = string | { readonly id: string };
/** An id or a name: `support`, a thread's name; of two with the same name the newer. */
export type ChannelRef = string | { readonly id: string };
/** An id, or what `say` and `messages` return. */
export type MessageRef = string | { readonly id: string };

const idOf = (ref: string | { readonly id: string }) => (typeof ref === "string" ? ref : ref.id);

export function findUser(world: World, ref: UserRef): User {
  const id = idOf(ref);
  const found = world.users.get(id) ?? [...world.users.values()].find(({ username }) => username === id);
  if (found) return found;
  throw new Error(
    `no user ${id}; there are ${[...world.users.values()].map(({ username }) => username).join(", ")}`,
  );
}

export function findMember(world: World, ref: UserRef): Member {
  const { id, username } = findUser(world, ref);
  const member = world.members.get(id);
  if (!member) throw new Error(`${username} is not in the guild`);
  return member;
}

export function findChannel(world: World, ref: ChannelRef): Channel {
  const id = idOf(ref);
  const found = world.channels.get(id) ?? [...world.channels.values()].findLast(({ name }) => name === id);
  if (found) return found;
  const names = [...world.channels.values()].map(
    (one) => `${isThread(one) ? "thread " : "#"}${one.name ?? "a DM"}`,
  );
  throw new Error(`no channel ${id}; there are ${names.join(", ")}`);
}

export function findMessage(world: World, ref: MessageRef): Message {
  const id = idOf(ref);
  const hidden = world.hidden.get(id);
  if (hidden) return hidden;
  for (const channel of world.channels.values()) {
    const message = channel.messages.get(id);
    if (message) return message;
  }
  throw new Error(`no message ${id}: it was never sent, or it is deleted`);
}

export function roleNamed(world: World, name: string): string {
  const found = [...world.roles.values()].find((role) => role.name === name || role.id === name);
  if (found) return found.id;
  throw new Error(
    `no role ${name}; there are ${[...world.roles.values()].map((role) => role.name).join(", ")}`,
  );
}
