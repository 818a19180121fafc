import { ok, type Call, type Reply, type Routes } from "./call.ts";
import { badForm, refuse } from "./errors.ts";
import type { Json, World } from "./world.ts";
import { textIn } from "./values.ts";

const MOST = { 1: 100, 2: 15, 3: 15 } as const;
const NAME = /^[-_'\p{Ll}\p{Lm}\p{Lo}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

export const commandRoutes: Routes = {
  list_application_commands: (call) => ok(commandsIn(call, "global")),
  list_guild_application_commands: (call) => ok(commandsIn(call, guildOf(call))),
  bulk_set_application_commands: (call) => replace(call, "global"),
  bulk_set_guild_application_commands: (call) => replace(call, guildOf(call)),
};

function guildOf({ world, params }: Call): string {
  return params["guild_id"] === world.guildId ? world.guildId : refuse(50001);
}

function commandsIn({ world, params }: Call, place: string): readonly Json[] {
  if (params["application_id"] !== world.applicationId) refuse(50001);
  return world.commands.get(place) ?? [];
}

/** All at once: what is not in the list is gone; a command that keeps its name and type keeps its id. */
function replace(call: Call, place: string): Reply {
  const { world } = call;
  const before = commandsIn(call, place);
  const given = call.body as unknown as readonly Json[];
  check(given);
  const commands = given.map((command) => toCommand(world, command, before, place));
  world.commands.set(place, commands);
  world.changed();
  return ok(commands);
}

function check(given: readonly Json[]): void {
  for (const [type, most] of Object.entries(MOST)) {
    const ofType = given.filter((command) => textIn(command["type"] ?? 1) === type);
    if (ofType.length > most) badForm("", "APPLICATION_COMMAND_TOO_MANY", `At most ${most} of type ${type}.`);
    const names = ofType.map(({ name }) => textIn(name));
    if (new Set(names).size < names.length)
      badForm("", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Names must be unique.");
  }
  for (const [index, command] of given.entries()) {
    if ((command["type"] ?? 1) !== 1) {
      if (command["description"])
        badForm(
          `${index}.description`,
          "APPLICATION_COMMAND_INVALID",
          "Context menu commands cannot have description",
        );
      continue;
    }
    if (!command["description"])
      badForm(`${index}.description`, "BASE_TYPE_REQUIRED", "This field is required");
    checkNames(command, String(index));
  }
}

function checkNames(command: Json, path: string): void {
  const name = textIn(command["name"]);
  if (!NAME.test(name) || name !== name.toLowerCase()) {
    badForm(`${path}.name`, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
  }
  const options = (command["options"] ?? []) as Json[];
  if (options.length > 25)
    badForm(`${path}.options`, "BASE_TYPE_BAD_LENGTH", "Must be 25 or fewer in length.");
  let wasOptional = false;
  for (const [at, option] of options.entries()) {
    checkNames(option, `${path}.options.${at}`);
    const isRequired = option["required"] === true;
    if (isRequired && wasOptional) {
      const message = "Required options must be placed before non-required options";
      badForm(`${path}.options.${at}`, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message);
    }
    wasOptional ||= !isRequired;
  }
}

function toCommand(world: World, command: Json, before: readonly Json[], place: string): Json {
  const type = command["type"] ?? 1;
  const known = before.find((one) => one["name"] === command["name"] && one["type"] === type);
  return {
    id: known?.["id"] ?? world.nextId(),
    application_id: world.applicationId,
    version: world.nextId(),
    type,
    name: command["name"],
    name_localizations: null,
    description: command["description"] ?? "",
    description_localizations: null,
    default_member_permissions: command["default_member_permissions"] ?? null,
    dm_permission: command["dm_permission"] ?? true,
    contexts: command["contexts"] ?? null,
    integration_types: command["integration_types"] ?? [0],
    nsfw: false,
    options: command["options"] ?? [],
    ...(place !== "global" && { guild_id: place }),
  };
}
