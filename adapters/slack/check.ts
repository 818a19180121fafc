import type { webApi } from "@slack/bolt";

import type { Finding } from "../../src/adapter.ts";
import type { Config } from "../../src/config/schema.ts";
import { messageOf } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { SLACK } from "./address.ts";
import { clientEndedBy } from "./calls.ts";
import { type Bot, checkChannel, type WantedChannel } from "./check-channel.ts";
import type { Credentials } from "./credentials.ts";
import { failureOf, problemOf, slackCode } from "./failures.ts";
import { type Scope, SCOPE_NAMES, SCOPES } from "./scopes.ts";
import { settingsOf, type SlackConfig } from "./settings.ts";

export interface SlackToCheck {
  readonly config: SlackConfig;
  /** With the bot token of the workspace that is checked. */
  readonly client: webApi.WebClient;
  readonly connection: Credentials["connection"];
  readonly log: Log;
}

/** For all of it: a doctor must come to an end where Slack does not answer. */
const CHECK_WITHIN_MS = 120_000;
/** Channels that are looked at at once: somebody with a hundred of them waits for the start. */
const AT_ONCE = 8;

/** What stands between one workspace and an answer in it: each problem with what mends it. Throws never. */
export async function checkSlack({ config, connection, log, ...given }: SlackToCheck): Promise<Finding[]> {
  const client = clientEndedBy(given.client, AbortSignal.timeout(CHECK_WITHIN_MS), log);
  const found: Finding[] = [await checkConnection(connection, config, client)];
  let me: webApi.AuthTestResponse;
  try {
    me = await client.auth.test();
  } catch (error) {
    return [...found, problemOf(error)];
  }
  const bot: Bot = { client, userId: me.user_id ?? "", name: me.user ?? "deskhand" };
  found.push({
    level: "ok",
    what: `The bot is @${bot.name} in ${me.team ?? "the workspace"} (${me.team_id ?? "?"}).`,
  });
  found.push(...checkScopes(me.response_metadata?.scopes, config));
  const team = me.team_id ?? "";
  const channels = wantedChannels(config, team);
  for (let at = 0; at < channels.length; at += AT_ONCE) {
    const part = channels.slice(at, at + AT_ONCE);
    const checked = await Promise.all(part.map((channel) => checkChannel(channel, bot)));
    found.push(...checked.flat());
  }
  found.push(...(await checkGroups(config, team, client)), ...(await checkFiles(client)));
  return found;
}

async function checkConnection(
  connection: SlackToCheck["connection"],
  { slack }: SlackConfig,
  client: webApi.WebClient,
): Promise<Finding> {
  if (connection.kind === "http") return checkHttp(slack.http);
  try {
    await client.apps.connections.open({ token: connection.appToken });
    return { level: "ok", what: "Socket Mode: the app token is good." };
  } catch (error) {
    const code = slackCode(error);
    if (code === null || failureOf(error).retryable) return problemOf(error);
    return problem(
      `Slack refused the app token (${code}).`,
      "Under Basic Information, App-Level Tokens, make one with the scope connections:write and put it (xapp-…) into " +
        "SLACK_APP_TOKEN; switch Socket Mode on in the app's settings.",
    );
  }
}

function checkHttp({ host, port, public_url }: Config["slack"]["http"]): Finding {
  const listens = `Events come over HTTP to ${host}:${port}, signed with SLACK_SIGNING_SECRET`;
  if (public_url !== undefined)
    return { level: "ok", what: `${listens}; Slack is to reach it at ${public_url}.` };
  return {
    level: "warning",
    what: `${listens}; whether Slack reaches it is not known.`,
    fix: "Set slack.http.public_url to the public https address, and put what `deskhand slack manifest --http` prints into the app's settings. With SLACK_APP_TOKEN (Socket Mode) no address is needed.",
  };
}

function checkScopes(granted: readonly string[] | undefined, { slack }: SlackConfig): Finding[] {
  if (!granted) return [];
  const missing = SCOPE_NAMES.filter((scope) => !granted.includes(scope) && isWanted(scope, slack));
  if (missing.length === 0) return [{ level: "ok", what: "The bot token has every scope." }];
  const listed = missing.map((scope) => `${scope}: ${SCOPES[scope]}`).join("\n");
  return [
    problem(
      `The bot token lacks ${missing.length} scope${missing.length === 1 ? "" : "s"}.\n${listed}`,
      "Add them under OAuth & Permissions (or paste `deskhand slack manifest` under App Manifest), install the app again, and put the new token into SLACK_BOT_TOKEN.",
    ),
  ];
}

/** What a setting has to ask for is not missed without it. */
function isWanted(scope: Scope, slack: Config["slack"]): boolean {
  if (scope === "users:read.email") return slack.trust_emails;
  return true;
}

function wantedChannels(config: SlackConfig, team: string): WantedChannel[] {
  const { deskChannel } = settingsOf(config, team);
  const { slack } = config;
  const own = slack.workspaces[team];
  // With several workspaces the common list may name channels of any of them.
  const isOnlyOne = Object.keys(slack.workspaces).length === 0;
  const wanted = new Map<string, WantedChannel>();
  if (deskChannel !== null)
    wanted.set(deskChannel, { id: deskChannel, setting: "desk.channel", isDesk: true });
  for (const { id, mode } of [...(own?.channels ?? []), ...(isOnlyOne ? slack.channels : [])]) {
    if (mode !== "off" && !wanted.has(id)) wanted.set(id, { id, setting: "slack.channels", isDesk: false });
  }
  return [...wanted.values()];
}

async function checkGroups(config: SlackConfig, team: string, client: webApi.WebClient): Promise<Finding[]> {
  const { staffGroup, deskChannel } = settingsOf(config, team);
  const { desk } = config;
  const found: Finding[] = [];
  if (staffGroup === null && deskChannel === null) {
    found.push({
      level: "warning",
      what: "Nobody in this workspace counts as staff: there is no slack.staff_group, and the staff channel is elsewhere.",
      fix: "Name the user group of your staff in slack.staff_group if they write in this workspace.",
    });
  }
  if (staffGroup !== null) found.push(await checkGroup(staffGroup, "slack.staff_group", client));
  if (desk.adapter !== SLACK || desk.ping === undefined) return found;
  if (!/^S[A-Z0-9]+$/.test(desk.ping)) {
    found.push(
      problem(
        `desk.ping is "${desk.ping}", which is no user group of Slack.`,
        "Give its id, such as S0123456789.",
      ),
    );
  } else if (desk.ping !== staffGroup) found.push(await checkGroup(desk.ping, "desk.ping", client));
  return found;
}

async function checkGroup(id: string, setting: string, client: webApi.WebClient): Promise<Finding> {
  try {
    const { users = [] } = await client.usergroups.users.list({ usergroup: id });
    if (users.length > 0)
      return { level: "ok", what: `${setting}: the user group ${id} has ${users.length} members.` };
    return problem(`${setting}: the user group ${id} has no members.`, "Add your staff to it in Slack.");
  } catch (error) {
    const code = slackCode(error);
    if (code !== "no_such_subteam" && code !== "subteam_not_found") return problemOf(error);
    return problem(
      `${setting}: there is no user group ${id} in this workspace.`,
      "Open it under People & user groups in Slack; its id (S…) is at the end of its link.",
    );
  }
}

const NO_FILES = /^(file_uploads_|storage_limit_reached)/;

/** Asks for a place for a file of one byte, and leaves it at that. */
async function checkFiles(client: webApi.WebClient): Promise<Finding[]> {
  try {
    await client.files.getUploadURLExternal({ filename: "deskhand.txt", length: 1 });
    return [{ level: "ok", what: "Files may be posted." }];
  } catch (error) {
    // A missing scope has been said; what could not be tried is not forbidden.
    if (!NO_FILES.test(slackCode(error) ?? "")) return [];
    const what = "Files cannot be passed on to people in Slack; they are named instead.";
    return [{ level: "warning", what, fix: messageOf(failureOf(error)) }];
  }
}

function problem(what: string, fix?: string): Finding {
  return { level: "problem", what, ...(fix !== undefined && { fix }) };
}
