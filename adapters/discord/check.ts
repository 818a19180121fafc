import { type APIApplication, ApplicationFlags, type APIUser, DiscordAPIError, Routes } from "discord.js";

import type { Finding } from "../../src/adapter.ts";
import type { Config } from "../../src/config/schema.ts";
import { type Api, apiOver, createPatientRest } from "./api.ts";
import { checkChannel, type Usage } from "./check-channel.ts";
import { failure } from "./failures.ts";
import { createGuilds } from "./guilds.ts";
import { inviteLink } from "./permissions.ts";

export interface CheckDeps {
  readonly token: string;
  /** Where Discord is, when it is not discord.com: `DISCORD_API_URL`. */
  readonly apiUrl?: string | undefined;
  readonly config: Pick<Config, "desk" | "discord">;
}

/** Everything that would make Deskhand half-deaf or half-mute on Discord, each with what to do. Needs no connection. */
export async function checkDiscord({ token, apiUrl, config }: CheckDeps): Promise<readonly Finding[]> {
  const rest = createPatientRest(apiUrl === undefined ? {} : { api: apiUrl }).setToken(token);
  const api = apiOver(() => rest);
  try {
    const application = await api.get<APIApplication>(Routes.currentApplication());
    const self = await api.get<APIUser>(Routes.user());
    return [
      { level: "ok", what: `Discord knows this bot as ${self.username} (application ${application.id}).` },
      messageContent(application),
      ...(await places(self.id, application.id, api, config)),
    ];
  } catch (error) {
    return [unusable(error)];
  }
}

function unusable(error: unknown): Finding {
  if (error instanceof DiscordAPIError && error.status === 401) {
    return {
      level: "problem",
      what: "Discord refused the bot token.",
      fix: "Open discord.com/developers/applications, choose the application, Bot, Reset Token, and put the new one into DISCORD_TOKEN.",
    };
  }
  const { message, retryable } = failure(error);
  return {
    level: "problem",
    what: `Discord could not be asked: ${message}`,
    mayPass: retryable,
    fix: "Check that this machine reaches discord.com (and DISCORD_API_URL, if it is set), then run this again.",
  };
}

function messageContent({ flags }: APIApplication): Finding {
  const granted = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;
  if ((flags & granted) !== 0)
    return {
      level: "ok",
      what: "Deskhand may read what people write (the intent Message Content); its other intents need no switch.",
    };
  return {
    level: "problem",
    what: "The intent Message Content is switched off: Discord hides the words of messages from Deskhand, so questions in channels and threads, and what staff write under a card, stay unread. Only direct messages, messages that mention or answer Deskhand, buttons and commands would still work.",
    fix: "Open discord.com/developers/applications, choose the application, Bot, and switch on Message Content Intent. An application with more than 10,000 users has to apply for it there.",
  };
}

async function places(
  self: string,
  application: string,
  api: Api,
  config: CheckDeps["config"],
): Promise<Finding[]> {
  const guilds = createGuilds(self, api);
  const joined = await guilds.joined();
  if (joined.length === 0) {
    return [
      {
        level: "problem",
        what: "Deskhand is in no server.",
        fix: `Open this link as somebody who may manage the server: ${inviteLink(application)}`,
      },
    ];
  }
  const names = joined.map(({ name }) => name).join(", ");
  const findings: Finding[] = [{ level: "ok", what: `Deskhand is in ${names}.` }];
  for (const usage of usages(config)) {
    findings.push(...(await checkChannel(usage, { api, guilds, config, invite: inviteLink(application) })));
  }
  const { staff_role: role } = config.discord;
  if (role !== undefined) findings.push(await staffRole(role, guilds));
  return findings;
}

function usages({ desk, discord }: CheckDeps["config"]): Usage[] {
  return [
    ...(desk.adapter === "discord" ? [{ channel: desk.channel, setting: "desk.channel", isDesk: true }] : []),
    ...discord.channels.flatMap(({ id, mode }, index) =>
      mode === "off" ? [] : [{ channel: id, setting: `discord.channels[${index}].id`, isDesk: false }],
    ),
  ];
}

async function staffRole(role: string, guilds: ReturnType<typeof createGuilds>): Promise<Finding> {
  for (const { id } of await guilds.joined()) {
    const found = (await guilds.facts(id)).roles.find((one) => one.id === role);
    if (found) return { level: "ok", what: `Members with the role ${found.name} are staff.` };
  }
  return {
    level: "problem",
    what: `discord.staff_role: no role has the id ${role}, so nobody is staff.`,
    fix: "Switch on Developer Mode in Discord (Settings > Advanced), right-click the role under Server Settings > Roles, Copy Role ID, and put it into discord.staff_role.",
  };
}
