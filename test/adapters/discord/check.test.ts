import { PermissionsBitField } from "discord.js";
import { afterEach, describe, expect, it } from "vitest";

import { checkDiscord } from "../../../adapters/discord/check.ts";
import { inviteLink } from "../../../adapters/discord/permissions.ts";
import type { Finding } from "../../../src/adapter.ts";
import { configSchema } from "../../../src/config/schema.ts";
import { BOT_PERMISSIONS } from "../../servers/discord/guild.ts";
import { type DiscordOptions, type DiscordServer, startDiscord } from "../../servers/discord/index.ts";
import { refuseViolations } from "./sender-bench.ts";

const PATIENCE = 60_000;
const NEEDED = [
  "ViewChannel",
  "SendMessages",
  "SendMessagesInThreads",
  "CreatePublicThreads",
  "ReadMessageHistory",
  "AttachFiles",
  "AddReactions",
  "ManageWebhooks",
  "ManageThreads",
] as const;

describe("the doctor on Discord", { timeout: PATIENCE }, () => {
  let discord: DiscordServer;
  const start = async (options: DiscordOptions = {}) => {
    discord = await startDiscord({ rateLimits: "off", ...options });
  };
  afterEach(async () => {
    await discord.close();
    refuseViolations(discord);
  }, PATIENCE);

  const wanted = () => ({
    shop: { name: "Acme" },
    desk: { adapter: "discord", channel: discord.channel("staff").id, ping: discord.role("staff").id },
    discord: {
      staff_role: discord.role("staff").id as string | undefined,
      channels: ["support", "help"].map((name) => ({ id: discord.channel(name).id, mode: "mention" })),
    },
  });

  async function check(config: unknown = wanted(), token = discord.token): Promise<readonly Finding[]> {
    return checkDiscord({ token, apiUrl: `${discord.url}/api`, config: configSchema.parse(config) });
  }

  const wrong = (findings: readonly Finding[]) => findings.filter(({ level }) => level !== "ok");

  it("waits when Discord asks for a pause, and asks again when Discord has trouble of its own", async () => {
    await start();
    discord.failNext("GET /applications/@me", { status: 429, retryAfter: 0.1, isGlobal: true });
    discord.failNext("GET /users/@me", { status: 503 });
    const findings = await check();
    expect(findings.map(({ what }) => what).join()).not.toContain("could not be asked");
    expect(discord.faultsLeft()).toEqual([]);
  });

  it("finds nothing wrong where all is as it should be, with just what the invite link asks for", async () => {
    await start({
      botPermissions: [...NEEDED, "MentionEveryone"],
      channels: [
        { name: "support" },
        { name: "staff", isForStaff: true },
        { name: "help", kind: "forum", tags: ["Open", "waiting", "with staff", "solved"] },
      ],
    });
    const findings = await check();
    expect(wrong(findings)).toEqual([]);
    expect(findings.map(({ what }) => what).join("\n")).toContain("deskhand");
    const asked = new URL(inviteLink("123")).searchParams;
    expect(asked.get("scope")).toBe("bot applications.commands");
    const permissions = new PermissionsBitField(BigInt(asked.get("permissions") ?? "0"));
    expect(permissions.toArray().toSorted()).toEqual([...NEEDED].toSorted());
  });

  it("says where to get a new token when it is refused, and asks no more", async () => {
    await start();
    const [only, ...more] = await check(wanted(), "wrong");
    expect(more).toEqual([]);
    expect(only).toMatchObject({ level: "problem", fix: expect.stringContaining("DISCORD_TOKEN") as string });
  });

  it("says what still works without the intent Message Content", async () => {
    await start({ portal: { messageContent: false } });
    const found = wrong(await check()).find(({ what }) => what.includes("Message Content"));
    expect(found?.what).toContain("messages that mention or answer Deskhand, buttons and commands");
    expect(found?.fix).toContain("Message Content Intent");
  });

  it("names each permission that is missing, where, and what goes wrong without it", async () => {
    await start({ botPermissions: ["ViewChannel"] });
    for (const name of ["support", "staff", "help"]) {
      for (const permission of NEEDED.slice(1)) discord.permit(name, "deskhand", permission, false);
    }
    const findings = wrong(await check());
    const of = (name: string) =>
      findings.flatMap(({ level, what }) => {
        const title = new RegExp(`^#${name}: Deskhand's role lacks (.*?), so `).exec(what)?.[1];
        return title === undefined ? [] : [`${level} ${title}`];
      });
    expect(of("staff")).toEqual([
      "problem Send Messages",
      "problem Send Messages in Threads",
      "problem Create Public Threads",
      "problem Read Message History",
      "problem Attach Files",
      "warning Add Reactions",
    ]);
    expect(of("support")).toContain("warning Manage Webhooks");
    expect(of("support")).not.toContain("problem Send Messages");
    expect(of("help")).toContain("warning Manage Threads");
    expect(findings.every(({ fix }) => fix !== undefined && fix !== "")).toBe(true);
  });

  it("tells a channel that is not there from one that cannot be seen or is of another kind", async () => {
    await start();
    discord.permit("support", "deskhand", "ViewChannel", false);
    const asked = discord.say({ channel: "general", user: "ann", content: "Hello?" });
    const thread = discord.startThread({ message: asked.id, user: "ann", name: "Mine" });
    const config = wanted();
    const ids = [discord.channel("support").id, "100000000000000001", thread.id];
    const channels = ids.map((id) => ({ id, mode: "mention" }));
    const desk = { ...config.desk, channel: discord.channel("help").id };
    const found = wrong(await check({ ...config, desk, discord: { channels } })).map(({ what }) => what);
    expect(found).toEqual([
      expect.stringMatching(/^desk\.channel: .*kind/),
      expect.stringMatching(/^discord\.channels\[0\]\.id: .*cannot see/),
      expect.stringMatching(/^discord\.channels\[1\]\.id: there is no channel/),
      expect.stringMatching(/^discord\.channels\[2\]\.id: .*kind/),
    ]);
  });

  it("warns of a staff channel that everybody reads, and of roles that are not there", async () => {
    await start({ channels: [{ name: "support" }, { name: "staff" }, { name: "help", kind: "forum" }] });
    const config = wanted();
    const none = "100000000000000002";
    const desk = { ...config.desk, ping: none };
    const found = wrong(await check({ ...config, desk, discord: { ...config.discord, staff_role: none } }));
    expect(found.map(({ level, what }) => `${level}: ${what}`)).toEqual([
      expect.stringContaining("warning: #staff: every member can read"),
      expect.stringContaining("problem: desk.ping: no role"),
      expect.stringContaining("warning: #help lacks the tags open, waiting, with staff, solved"),
      expect.stringContaining("problem: discord.staff_role: no role"),
    ]);
    const open = wrong(await check({ ...config, discord: {} }));
    expect(open[0]).toMatchObject({
      level: "problem",
      what: expect.stringContaining("every member would count as staff") as string,
    });
  });

  it("says when the role that cards call cannot be called", async () => {
    await start({ botPermissions: BOT_PERMISSIONS.filter((name) => name !== "MentionEveryone") });
    const found = wrong(await check()).find(({ what }) => what.startsWith("desk.ping"));
    expect(found).toMatchObject({
      level: "warning",
      fix: expect.stringContaining("@mention this role") as string,
    });
  });

  it("says so when Discord cannot be reached", async () => {
    await start();
    const config = configSchema.parse(wanted());
    const [only, ...more] = await checkDiscord({ token: "x", apiUrl: "http://127.0.0.1:9/api", config });
    expect(more).toEqual([]);
    expect(only?.what).toContain("cannot be reached");
  });
});
