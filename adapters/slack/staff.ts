import type { webApi } from "@slack/bolt";

import type { AdapterMemory } from "../../src/adapter.ts";
import { messageOf } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { createExpiring } from "./expiring.ts";
import { slackCode } from "./failures.ts";
import { LOOK_UP_MS } from "./look-up.ts";
import { settingsOf, type SlackConfig } from "./settings.ts";

/** Who is staff: the members of the user group, else of the staff channel. Nobody where neither is known. */
export interface Staff {
  /** By the last list we had when Slack does not answer; `unknown` when there never was one. */
  includes(team: string, user: string): Promise<"yes" | "no" | "unknown">;
}

export interface StaffDeps {
  readonly config: SlackConfig;
  readonly clientFor: (team: string) => Promise<webApi.WebClient>;
  readonly memory: AdapterMemory;
  readonly now: () => number;
  readonly log: Log;
}

const FRESH_MS = 60_000;
/** Who left the team must not stay staff for long because nobody wrote. */
const KEEP_MS = 5 * 60_000;
const MOST_WORKSPACES = 1_000;
const PAGE = 200;

export function createStaff({ config, clientFor, memory, now, log }: StaffDeps): Staff {
  const lists = createExpiring<ReadonlySet<string>>({
    now,
    freshMs: FRESH_MS,
    keepMs: KEEP_MS,
    most: MOST_WORKSPACES,
    async load(team) {
      const { staffGroup, deskChannel } = settingsOf(config, team);
      if (staffGroup === null && deskChannel === null) return new Set();
      const client = await clientFor(team);
      const members =
        staffGroup !== null
          ? await membersOfGroup(client, staffGroup)
          : await membersOfChannel(client, deskChannel ?? "");
      await memory.set(memoryKey(team, config), JSON.stringify(members));
      return new Set(members);
    },
    onError: (error, team) => log.warn({ err: messageOf(error), team }, "Slack did not say who is staff"),
  });

  return {
    async includes(team, user) {
      const list = (await lists.get(team, LOOK_UP_MS)) ?? (await remembered(team));
      if (!list) return "unknown";
      return list.has(user) ? "yes" : "no";
    },
  };

  async function remembered(team: string): Promise<ReadonlySet<string> | null> {
    const last = await memory.get(memoryKey(team, config));
    return last === null ? null : new Set(JSON.parse(last) as string[]);
  }
}

/** Names the group or channel: who was of another one, before the settings were changed, is not staff by that. */
function memoryKey(team: string, config: SlackConfig): string {
  const { staffGroup, deskChannel } = settingsOf(config, team);
  return `staff/${team}/${staffGroup ?? deskChannel ?? ""}`;
}

/** Errors that mean that there is no such list for us, and not that Slack was busy. */
const NOBODY = new Set(["no_such_subteam", "subteam_not_found", "channel_not_found", "missing_scope"]);

async function membersOfGroup(client: webApi.WebClient, usergroup: string): Promise<readonly string[]> {
  const answer = await orNobody(client.usergroups.users.list({ usergroup }));
  return answer?.users ?? [];
}

async function membersOfChannel(client: webApi.WebClient, channel: string): Promise<readonly string[]> {
  const members: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await orNobody(
      client.conversations.members({ channel, limit: PAGE, ...(cursor && { cursor }) }),
    );
    members.push(...(page?.members ?? []));
    cursor = page?.response_metadata?.next_cursor;
  } while (cursor);
  return members;
}

async function orNobody<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (NOBODY.has(slackCode(error) ?? "")) return null;
    throw error;
  }
}
