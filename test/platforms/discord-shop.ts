import { onTestFinished } from "vitest";

import { NEEDS } from "../../adapters/discord/permissions.ts";
import { type DiscordServer, startDiscord } from "../servers/discord/index.ts";
import type { SeenMessage } from "../servers/discord/reading.ts";
import { type Program, startProgram } from "./bench.ts";

/** A shop on Discord alone, with just what the invite link asks for. */
export interface DiscordShop {
  readonly discord: DiscordServer;
  readonly program: Program;
  /** What Deskhand said there; waits for it. */
  readonly said: (channel: string, pattern: RegExp) => Promise<SeenMessage>;
  /** What Deskhand showed to this person alone; waits for it. */
  readonly shown: (user: string, pattern: RegExp) => Promise<SeenMessage>;
  /** The card at the desk about this; waits for it. */
  readonly card: (pattern: RegExp) => Promise<SeenMessage>;
  /** The names of a post's tags. */
  readonly tags: (post: string) => readonly (string | undefined)[];
}

export interface ShopOptions {
  readonly desk?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 60_000;
const FORUM_TAGS = ["billing", "open", "waiting", "with staff", "solved"];

/** #support answers every post, the forum #help too, #general when it is mentioned, #quiet never. */
export async function openDiscordShop({ desk, env }: ShopOptions = {}): Promise<DiscordShop> {
  const discord = await startDiscord({
    rateLimits: "off",
    botPermissions: NEEDS.map(({ permission }) => permission),
    isStaffMentionable: true,
    channels: [
      { name: "support" },
      { name: "general" },
      { name: "quiet" },
      { name: "staff", isForStaff: true },
      { name: "help", kind: "forum", tags: FORUM_TAGS },
    ],
  });
  const id = (name: string) => discord.channel(name).id;
  const role = discord.role("staff").id;
  const program = await startProgram({
    env: { DISCORD_TOKEN: discord.token, DISCORD_API_URL: `${discord.url}/api`, ...env },
    config: {
      desk: { adapter: "discord", channel: id("staff"), ping: role, ...desk },
      discord: {
        channels: [
          { id: id("support"), mode: "every_post" },
          { id: id("help"), mode: "every_post" },
          { id: id("general"), mode: "mention" },
          { id: id("quiet"), mode: "off" },
        ],
        staff_role: role,
      },
    },
  });
  onTestFinished(async () => {
    await program.stop();
    await discord.close();
  });

  const messagesIn = (channel: string) =>
    discord.world.channels.has(channel) ? discord.messages(channel).filter(({ isFromBot }) => isFromBot) : [];
  return {
    discord,
    program,
    said: (channel, pattern) =>
      discord.waitFor(
        () => messagesIn(channel).findLast(({ text }) => pattern.test(text)),
        `${pattern} in ${channel}`,
        PATIENCE_MS,
      ),
    shown: (user, pattern) =>
      discord.waitFor(
        () => discord.ephemerals(user).findLast(({ text }) => pattern.test(text)),
        `${pattern} for ${user} alone`,
        PATIENCE_MS,
      ),
    card: (pattern) =>
      discord.waitFor(
        () =>
          messagesIn(id("staff")).findLast(
            ({ text, buttons }) => buttons.some(({ label }) => label === "Resolve") && pattern.test(text),
          ),
        `a card about ${pattern}`,
        PATIENCE_MS,
      ),
    tags(post) {
      const names = new Map(discord.channel("help").tags.map((tag) => [tag.id, tag.name]));
      return (discord.channel(post).thread?.appliedTags ?? []).map((tag) => names.get(tag));
    },
  };
}
