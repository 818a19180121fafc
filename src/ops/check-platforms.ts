import type { Adapter, Finding } from "../adapter.ts";
import type { Config } from "../config/schema.ts";
import { messageOf } from "../errors.ts";

/** What a platform needs of the environment; of several in one entry any one will do. */
type Needs = readonly (readonly string[])[];

const SLACK_CONNECTION = ["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"] as const;

/** By the platform's name in the configuration. */
const NEEDS: Readonly<Record<string, Needs>> = {
  slack: [["SLACK_BOT_TOKEN"], SLACK_CONNECTION],
  discord: [["DISCORD_TOKEN"]],
};

/** Slack for several workspaces, which install the app themselves. */
const SLACK_INSTALLED: Needs = [
  SLACK_CONNECTION,
  ["SLACK_CLIENT_ID"],
  ["SLACK_CLIENT_SECRET"],
  ["SLACK_STATE_SECRET"],
  ["DESKHAND_SECRET"],
];

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
  for (const name of Object.keys(NEEDS)) {
    if (!running.includes(name)) findings.push(...halfSetUp(name, env));
  }
  if (!running.includes(desk.adapter)) findings.push(deskDoesNotRun(desk.adapter, running, env));
  else findings.push({ level: "ok", what: `Escalations go to ${desk.channel} on ${desk.adapter}.` });
  for (const platform of platforms) findings.push(...(await askPlatform(platform)));
  return findings;
}

/** Some of a platform's variables are set, and it does not run all the same. */
function halfSetUp(name: string, env: NodeJS.ProcessEnv): Finding[] {
  const given = needsOf(name, env)
    .flat()
    .filter((variable) => variable !== "DESKHAND_SECRET" && isSet(env, variable));
  if (given.length === 0) return [];
  const missing = missingOf(name, env);
  return [
    {
      level: "warning",
      what: `${given.join(", ")} ${given.length === 1 ? "is" : "are"} set, but ${name} does not run${missing.length > 0 ? `: ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing` : ""}.`,
      fix:
        missing.length > 0
          ? `Set ${missing.join(" and ")}, or take out what is set.`
          : "Look at what deskhand start says.",
    },
  ];
}

/** An escalation that no person would ever see is a promise broken: a problem for doctor, and no start. */
export function deskDoesNotRun(name: string, running: readonly string[], env: NodeJS.ProcessEnv) {
  const missing = missingOf(name, env);
  return {
    level: "problem" as const,
    what: `desk.adapter is "${name}", which does not run, so no person would ever see an escalation.`,
    fix: `Set desk.adapter to one that runs (${running.join(", ")})${missing.length > 0 ? `, or give ${name} its credentials (${missing.join(" and ")})` : ""}.`,
  };
}

function missingOf(name: string, env: NodeJS.ProcessEnv): string[] {
  return needsOf(name, env)
    .filter((oneOf) => !oneOf.some((variable) => isSet(env, variable)))
    .map((oneOf) => oneOf.join(" or "));
}

/** Who sets a client id wants several workspaces. */
function needsOf(name: string, env: NodeJS.ProcessEnv): Needs {
  return name === "slack" && isSet(env, "SLACK_CLIENT_ID") ? SLACK_INSTALLED : (NEEDS[name] ?? []);
}

function isSet(env: NodeJS.ProcessEnv, variable: string): boolean {
  return Boolean(env[variable]?.trim());
}

async function askPlatform(platform: Adapter): Promise<readonly Finding[]> {
  try {
    return (await platform.check?.()) ?? [];
  } catch (error) {
    return [{ level: "problem", what: `${platform.name}: ${messageOf(error)}` }];
  }
}
