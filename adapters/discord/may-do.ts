import { PermissionFlagsBits, PermissionsBitField } from "discord.js";

/** A guild, as far as it decides who may do what. */
export interface GuildFacts {
  readonly id: string;
  readonly ownerId: string;
  /** What a role allows; undefined for a role that is not there. */
  permissionsOf(role: string): bigint | undefined;
}

/** Of a channel: what it allows and denies to a role or a member. */
export interface OverwriteFacts {
  readonly id: string;
  readonly allow: bigint;
  readonly deny: bigint;
}

/** What a member may do in a channel. By Discord's order: roles, then the channel's rules for everyone, roles, member. */
export function permissionsIn(
  { id, roles }: { readonly id: string; readonly roles: readonly string[] },
  guild: GuildFacts,
  overwrites: readonly OverwriteFacts[],
): bigint {
  if (id === guild.ownerId) return PermissionsBitField.All;
  const granted = [guild.id, ...roles].reduce((all, role) => all | (guild.permissionsOf(role) ?? 0n), 0n);
  if ((granted & PermissionFlagsBits.Administrator) !== 0n) return PermissionsBitField.All;
  const steps = [
    overwrites.filter((one) => one.id === guild.id),
    overwrites.filter((one) => one.id !== guild.id && roles.includes(one.id)),
    overwrites.filter((one) => one.id === id),
  ];
  return steps.reduce(apply, granted);
}

/** Within one step what is allowed goes before what is denied. */
function apply(before: bigint, step: readonly OverwriteFacts[]): bigint {
  const denied = step.reduce((sum, { deny }) => sum | deny, 0n);
  const allowed = step.reduce((sum, { allow }) => sum | allow, 0n);
  return (before & ~denied) | allowed;
}
