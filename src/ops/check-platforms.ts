import type { Adapter, Finding } from "../adapter.ts";
import type { Config } from "../config/schema.ts";
import { messageOf } from "../errors.ts";

/** What only means something to a platform, by the platform's name in the configuration. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  slack: ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"],
  discord: ["DISCORD_TOKEN"],
  mail: ["SMTP_URL"],
};

/**
 * Who will run, whether the staff channel is on one of them, and what each platform says about itself.
 *
 * @param platforms those with credentials; the console runs when there are none.
 */
export async function checkPlatforms(
  platforms: readonly Adapter[],
  { desk }: Config,
  env: NodeJS.ProcessEnv,
): Promise<Finding[]> {
  const running = platforms.length > 0 ? platforms.map(({ name }) => name) : ["console"];
  const findings: Finding[] = [{ level: "ok", what: `deskhand start runs ${running.join(" and ")}.` }];
  for (const [name, variables] of Object.entries(VARIABLES)) {
    const given = variables.filter((variable) => env[variable]?.trim());
    if (given.length > 0 && !running.includes(name)) findings.push(unused(name, given));
  }
  if (!running.includes(desk.adapter)) findings.push(deskDoesNotRun(desk.adapter, running));
  else findings.push({ level: "ok", what: `Escalations go to ${desk.channel} on ${desk.adapter}.` });
  for (const platform of platforms) findings.push(...(await askPlatform(platform)));
  return findings;
}

function unused(name: string, given: readonly string[]): Finding {
  return {
    level: "warning",
    what: `${given.join(", ")} ${given.length === 1 ? "is" : "are"} set, but ${name} is not in this version.`,
    fix: "Nothing to do; it is ignored until an update brings it.",
  };
}

function deskDoesNotRun(name: string, running: readonly string[]): Finding {
  const variables = VARIABLES[name];
  return {
    level: "problem",
    what: `desk.adapter is "${name}", which does not run, so no person would ever see an escalation.`,
    fix: `Set desk.adapter to one that runs (${running.join(", ")})${variables ? `, or give ${name} its credentials (${variables.join(", ")}) where this version has it` : ""}.`,
  };
}

async function askPlatform(platform: Adapter): Promise<readonly Finding[]> {
  try {
    return (await platform.check?.()) ?? [];
  } catch (error) {
    return [{ level: "problem", what: `${platform.name}: ${messageOf(error)}` }];
  }
}
