import { CDN, calculateUserDefaultAvatarIndex } from "discord.js";

import type { Person } from "../../src/domain.ts";
import type { MemberPayload, UserPayload } from "./gateway-payloads.ts";

/** Whoever belongs to the staff of the shop, and where that is known. Null when it can be known nowhere. */
export interface StaffRule {
  readonly guild: string;
  /** By their roles in that guild. */
  isStaff(userId: string, roles: readonly string[]): boolean;
}

/** Where people are looked up. */
export interface Register {
  /** As it is now: roles and channels change. */
  staffRule(): StaffRule | null;
  /** A member of a guild, null when they are none. Throws when Discord cannot say. */
  fetchMember(guild: string, user: string): Promise<MemberPayload | null>;
}

export interface People {
  /** `member` as the payload has it: the membership in `guild`. Asks Discord only when that does not tell enough. */
  of(user: UserPayload, guild: string | null, member?: MemberPayload | null): Promise<Person>;
}

/** How long a membership that was asked for is believed. What payloads say counts at once. */
const BELIEVED_MS = 5 * 60_000;
const MOST_KNOWN = 1_000;

/** Names, pictures and roles. A name never makes anybody staff; only a role or the permission to see the desk does. */
export function createPeople(register: Register, now: () => number): People {
  const known = new Map<string, { readonly member: MemberPayload | null; readonly at: number }>();

  async function memberIn(guild: string, user: string): Promise<MemberPayload | null> {
    const key = `${guild}/${user}`;
    const before = known.get(key);
    if (before && now() - before.at < BELIEVED_MS) return before.member;
    const member = await register.fetchMember(guild, user);
    remember(key, member);
    return member;
  }

  function remember(key: string, member: MemberPayload | null): void {
    known.delete(key);
    known.set(key, { member, at: now() });
    const [oldest] = known.keys();
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  }

  return {
    async of(user, guild, member) {
      const rule = register.staffRule();
      if (guild !== null && member) remember(`${guild}/${user.id}`, member);
      const inPlace =
        member ?? (guild !== null && guild === rule?.guild ? await memberIn(guild, user.id) : null);
      const atDesk = rule && (guild === rule.guild ? inPlace : await memberIn(rule.guild, user.id));
      const isStaff = atDesk ? (rule?.isStaff(user.id, atDesk.roles) ?? false) : false;
      return {
        id: user.id,
        name: inPlace?.nick ?? user.global_name ?? user.username,
        role: user.bot ? "bot" : isStaff ? "staff" : "customer",
        avatarUrl: avatarOf(user, guild, inPlace),
      };
    },
  };
}

const cdn = new CDN();
const PICTURE = { extension: "png", size: 128, forceStatic: true } as const;

function avatarOf(user: UserPayload, guild: string | null, member: MemberPayload | null): string {
  if (guild !== null && member?.avatar) return cdn.guildMemberAvatar(guild, user.id, member.avatar, PICTURE);
  if (user.avatar) return cdn.avatar(user.id, user.avatar, PICTURE);
  const index = /^\d{1,20}$/.test(user.id) ? calculateUserDefaultAvatarIndex(user.id) : 0;
  return cdn.defaultAvatar(index);
}
