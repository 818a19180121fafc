import { PermissionFlagsBits } from "discord.js";

/** A guild, as far as it decides who sees a channel. */
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

const SEE = PermissionFlagsBits.ViewChannel;

/** By Discord's order: roles, then the channel's rules for everyone, for roles, for the member. */
export function maySee(
  user: string,
  roles: readonly string[],
  guild: GuildFacts,
  overwrites: readonly OverwriteFacts[],
): boolean {
  if (user === guild.ownerId) return true;
  const granted = [guild.id, ...roles].reduce((all, role) => all | (guild.permissionsOf(role) ?? 0n), 0n);
  if ((granted & PermissionFlagsBits.Administrator) !== 0n) return true;
  const steps = [
    overwrites.filter(({ id }) => id === guild.id),
    overwrites.filter(({ id }) => id !== guild.id && roles.includes(id)),
    overwrites.filter(({ id }) => id === user),
  ];
  return steps.reduce(
    (sees, step) => {
      if (step.some(({ allow }) => (allow & SEE) !== 0n)) return true;
      return step.some(({ deny }) => (deny & SEE) !== 0n) ? false : sees;
    },
    (granted & SEE) !== 0n,
  );
}
