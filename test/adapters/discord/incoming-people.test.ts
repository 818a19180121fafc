import { describe, expect, it } from "vitest";

import { type MemberPayload, readMember, readUser } from "../../../adapters/discord/gateway-payloads.ts";
import { type GuildFacts, type OverwriteFacts, permissionsIn } from "../../../adapters/discord/may-do.ts";
import { createPeople, type StaffRule } from "../../../adapters/discord/people.ts";

const GUILD = "1100000000000000001";
const SEE = 1n << 10n;
const ADMINISTRATOR = 1n << 3n;

describe("who may see a channel", () => {
  const guild = (roles: Readonly<Record<string, bigint>>) => ({
    id: GUILD,
    ownerId: "owner",
    permissionsOf: (role: string) => roles[role],
  });
  const hidden = { id: GUILD, allow: 0n, deny: SEE };
  const maySee = (id: string, roles: string[], facts: GuildFacts, overwrites: OverwriteFacts[]) =>
    (permissionsIn({ id, roles }, facts, overwrites) & SEE) !== 0n;

  it("is everybody where everyone may, and nobody where everyone is kept out", () => {
    expect(maySee("ann", [], guild({ [GUILD]: SEE }), [])).toBe(true);
    expect(maySee("ann", [], guild({ [GUILD]: 0n }), [])).toBe(false);
    expect(maySee("ann", ["staff"], guild({ [GUILD]: SEE, staff: 0n }), [hidden])).toBe(false);
  });

  it("is a role that is let in, even beside one that is kept out", () => {
    const roles = guild({ [GUILD]: SEE, staff: 0n, muted: 0n });
    const staff = { id: "staff", allow: SEE, deny: 0n };
    const muted = { id: "muted", allow: 0n, deny: SEE };
    expect(maySee("sam", ["staff", "muted"], roles, [hidden, staff, muted])).toBe(true);
    expect(maySee("sam", ["muted"], roles, [staff, muted])).toBe(false);
  });

  it("is a member last of all", () => {
    const roles = guild({ [GUILD]: SEE, staff: 0n });
    const staff = { id: "staff", allow: SEE, deny: 0n };
    expect(maySee("sam", ["staff"], roles, [hidden, staff, { id: "sam", allow: 0n, deny: SEE }])).toBe(false);
    expect(maySee("ann", [], roles, [hidden, { id: "ann", allow: SEE, deny: 0n }])).toBe(true);
  });

  it("is always the owner and whoever administers", () => {
    expect(maySee("owner", [], guild({ [GUILD]: 0n }), [hidden])).toBe(true);
    expect(maySee("ann", ["admin"], guild({ [GUILD]: 0n, admin: ADMINISTRATOR }), [hidden])).toBe(true);
  });
});

describe("people", () => {
  function register(rule: StaffRule | null, members: Readonly<Record<string, MemberPayload | null>>) {
    const asked: string[] = [];
    return {
      asked,
      staffRule: () => rule,
      fetchMember: async (guild: string, user: string) => {
        asked.push(`${guild}/${user}`);
        return members[user] ?? null;
      },
    };
  }
  const isStaff = {
    guild: GUILD,
    isStaff: (_user: string, roles: readonly string[]) => roles.includes("staff"),
  };
  const member = (roles: readonly string[], nick?: string) => readMember({ roles, nick });
  const user = (id: string, more = {}) => {
    const read = readUser({ id, username: `user.${id}`, ...more });
    if (!read) throw new Error("no user");
    return read;
  };

  it("are named by nickname, then by their own name", async () => {
    const people = createPeople(register(null, {}), () => 0);
    expect((await people.of(user("1", { global_name: "Ann" }), GUILD, member([], "Annie"))).name).toBe(
      "Annie",
    );
    expect((await people.of(user("1", { global_name: "Ann" }), GUILD, member([]))).name).toBe("Ann");
    expect((await people.of(user("1"), null)).name).toBe("user.1");
  });

  it("are staff by what the payload says, without a question to Discord", async () => {
    const book = register(isStaff, {});
    const people = createPeople(book, () => 0);
    expect((await people.of(user("1"), GUILD, member(["staff"]))).role).toBe("staff");
    expect((await people.of(user("1"), GUILD, member([]))).role).toBe("customer");
    expect(book.asked).toEqual([]);
  });

  it("are looked up elsewhere, believed for five minutes", async () => {
    let now = 0;
    const book = register(isStaff, { "1": member(["staff"]) });
    const people = createPeople(book, () => now);
    expect((await people.of(user("1"), null)).role).toBe("staff");
    expect((await people.of(user("1"), "another guild", member([]))).role).toBe("staff");
    expect(book.asked).toHaveLength(1);
    now = 5 * 60_000;
    await people.of(user("1"), null);
    expect(book.asked).toHaveLength(2);
  });

  it("lose their role at once when a payload shows that it is gone", async () => {
    const people = createPeople(register(isStaff, { "1": member(["staff"]) }), () => 0);
    expect((await people.of(user("1"), null)).role).toBe("staff");
    await people.of(user("1"), GUILD, member([]));
    expect((await people.of(user("1"), null)).role).toBe("customer");
  });

  it("are nobody's staff when it cannot be known who is", async () => {
    const people = createPeople(register(null, {}), () => 0);
    expect((await people.of(user("1", { username: "staff" }), GUILD, member(["staff"], "Staff"))).role).toBe(
      "customer",
    );
  });

  it("have a picture, their own, the server's, or Discord's", async () => {
    const people = createPeople(register(null, {}), () => 0);
    const id = "1100000000000000201";
    const own = await people.of(user(id, { avatar: "a_1269e74af4df7417b13759eae50c83dc" }), null);
    expect(own.avatarUrl).toBe(
      `https://cdn.discordapp.com/avatars/${id}/a_1269e74af4df7417b13759eae50c83dc.png?size=128`,
    );
    const here = readMember({ roles: [], avatar: "1269e74af4df7417b13759eae50c83dc" });
    expect((await people.of(user(id), GUILD, here)).avatarUrl).toContain(
      `/guilds/${GUILD}/users/${id}/avatars/`,
    );
    expect((await people.of(user(id), null)).avatarUrl).toMatch(/embed\/avatars\/[0-5]\.png$/);
  });
});
