import { parseArgs } from "node:util";

import { inviteLink } from "../../adapters/discord/permissions.ts";

const USAGE = "Usage: deskhand discord invite [APPLICATION_ID]\n";

/**
 * `deskhand discord invite` prints the link that brings the bot to a server, with exactly the permissions that the code
 * uses. The application's id is the first part of DISCORD_TOKEN, or is given.
 */
export async function runDiscord(args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { config: { type: "string" } },
  });
  const [what, given = applicationOf(process.env["DISCORD_TOKEN"])] = positionals;
  if (what !== "invite" || positionals.length > 2) {
    process.stderr.write(USAGE);
    return 2;
  }
  if (given === undefined || !/^\d{17,20}$/.test(given)) {
    const wrong =
      given === undefined
        ? "Set DISCORD_TOKEN"
        : "That holds no application's id. Copy the bot token again into DISCORD_TOKEN";
    process.stderr.write(
      `${wrong}, or name the application's id (General Information in the developer portal).\n`,
    );
    return 1;
  }
  process.stdout.write(`${inviteLink(given)}\n`);
  return 0;
}

function applicationOf(token: string | undefined): string | undefined {
  const [first] = (token ?? "").split(".");
  return first ? Buffer.from(first, "base64").toString("utf8") : undefined;
}
