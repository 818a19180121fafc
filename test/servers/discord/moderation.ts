import { PermissionFlagsBits } from "discord.js";

import { findUser, roleNamed } from "./find.ts";
import type { PermissionName } from "./permissions.ts";
import { tellChannelChanged } from "./threads.ts";
import type { Channel, World } from "./world.ts";

/** An overwrite of one permission for a role or a user of that name. */
export function setPermission(
  world: World,
  channel: Channel,
  who: string,
  permission: PermissionName,
  isAllowed: boolean | undefined,
): void {
  const isRole = [...world.roles.values()].some(({ id, name }) => id === who || name === who);
  const id = isRole ? roleNamed(world, who) : findUser(world, who).id;
  const bit = PermissionFlagsBits[permission];
  let overwrite = channel.overwrites.find((one) => one.id === id);
  if (!overwrite) {
    overwrite = { id, type: isRole ? 0 : 1, allow: 0n, deny: 0n };
    channel.overwrites.push(overwrite);
  }
  overwrite.allow = isAllowed === true ? overwrite.allow | bit : overwrite.allow & ~bit;
  overwrite.deny = isAllowed === false ? overwrite.deny | bit : overwrite.deny & ~bit;
  tellChannelChanged(world, channel);
}
