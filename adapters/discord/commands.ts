import { createHash } from "node:crypto";

import {
  type APIApplicationCommand,
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type RESTPutAPIApplicationCommandsJSONBody,
  Routes,
} from "discord.js";

import type { AdapterMemory } from "../../src/adapter.ts";
import { STAFF_COMMANDS, type StaffCommand } from "../../src/domain.ts";
import type { Log } from "../../src/ops/log.ts";
import type { Api } from "./api.ts";
import { COMMANDS } from "./buttons.ts";

const MEMORY_KEY = "commands";
const EVERYWHERE = {
  integration_types: [ApplicationIntegrationType.GuildInstall],
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
};

const ABOUT: Readonly<Record<StaffCommand, string>> = {
  status: "What waits, and whether the AI answers",
  pause: "Stop the AI; every new question comes to the desk",
  resume: "Let the AI answer again",
  report: "The last 24 hours in numbers",
  find: "Find a ticket",
};

const OPTIONS: Readonly<Partial<Record<StaffCommand, APIApplicationCommandBasicOption>>> = {
  pause: {
    type: ApplicationCommandOptionType.Integer,
    name: "minutes",
    description: "For how long; until somebody resumes it when left out",
    min_value: 1,
    max_value: 10_080,
  },
  find: {
    type: ApplicationCommandOptionType.String,
    name: "text",
    description: "A ticket's number, an e-mail, a name or words of the subject",
    required: true,
    max_length: 100,
  },
};

/**
 * What people can call by name. Everybody sees `/desk`, because who is staff is decided when it is used: a server's
 * admin can hide it under Server Settings > Integrations.
 */
export const COMMAND_LIST: RESTPutAPIApplicationCommandsJSONBody = [
  {
    type: ApplicationCommandType.ChatInput,
    name: COMMANDS.desk,
    description: "For the support team",
    integration_types: EVERYWHERE.integration_types,
    contexts: [InteractionContextType.Guild],
    options: STAFF_COMMANDS.map((name): APIApplicationCommandSubcommandOption => ({
      type: ApplicationCommandOptionType.Subcommand,
      name,
      description: ABOUT[name],
      options: [OPTIONS[name]].flatMap((option) => option ?? []),
    })),
  },
  {
    type: ApplicationCommandType.ChatInput,
    name: COMMANDS.verify,
    description: "Prove your e-mail address, so that we can look up your orders",
    ...EVERYWHERE,
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: "email",
        description: "The address you ordered with; only you see it here",
        max_length: 254,
      },
    ],
  },
  {
    type: ApplicationCommandType.ChatInput,
    name: COMMANDS.tickets,
    description: "How it stands with your tickets; only you see it",
    ...EVERYWHERE,
  },
  {
    type: ApplicationCommandType.ChatInput,
    name: COMMANDS.unlink,
    description: "Take your e-mail address off this account",
    ...EVERYWHERE,
  },
  { type: ApplicationCommandType.Message, name: COMMANDS.ask, ...EVERYWHERE },
  { type: ApplicationCommandType.Message, name: COMMANDS.escalate, ...EVERYWHERE },
];

/**
 * Registers the commands, unless Discord has just these from an earlier start: Discord counts registrations, and
 * people's clients fetch the commands again after each.
 */
export async function registerCommands({
  application,
  api,
  memory,
  log,
}: {
  readonly application: string;
  readonly api: Api;
  readonly memory: AdapterMemory;
  readonly log: Log;
}): Promise<"kept" | "registered"> {
  const route = Routes.applicationCommands(application);
  const there = await api.get<APIApplicationCommand[]>(route);
  if ((await memory.get(MEMORY_KEY)) === fingerprint(there)) return "kept";
  const made = await api.put<APIApplicationCommand[]>(route, { body: COMMAND_LIST });
  await memory.set(MEMORY_KEY, fingerprint(made));
  log.info({ commands: made.map(({ name }) => name) }, "Discord: commands registered");
  return "registered";
}

/** Ours, and the versions that Discord gave them: a command that somebody else changed has another version. */
function fingerprint(there: readonly APIApplicationCommand[]): string {
  const versions = there.map(({ id, version }) => `${id}:${version}`).toSorted();
  return createHash("sha256")
    .update(JSON.stringify([COMMAND_LIST, versions]))
    .digest("hex");
}
