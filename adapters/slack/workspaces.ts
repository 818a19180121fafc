import { webApi } from "@slack/bolt";

import { DeskhandError } from "../../src/errors.ts";
import type { Installations, WorkspaceQuery } from "./install.ts";

/** A workspace that we are in, with what it takes to act there. */
export interface Workspace {
  readonly team: string;
  readonly token: string;
  readonly client: webApi.WebClient;
  readonly botUserId: string;
  readonly botId: string | null;
  /** `https://acme.slack.com/`; null when Slack did not say. */
  readonly url: string | null;
}

export interface Workspaces {
  /** An empty id stands for the only workspace there is. Throws `platform_unusable` where we are not installed. */
  of(team: string): Promise<Workspace>;
  /** Null where we are not installed. Throws when it could not be found out. */
  find(query: WorkspaceQuery): Promise<Workspace | null>;
  /** True for the workspace that the operator's own token is of, and not for one that installed the app by itself. */
  readonly isOwn: (team: string) => Promise<boolean>;
  /** Drops what is cached: the app was installed anew or removed. */
  forget(team: string): void;
  /**
   * Slack refused this token of the workspace. True when there is another by now, as after an installation that another
   * process took in, and it is used from here on. Throws when it could not be found out.
   */
  isReplaced(team: string, token: string | undefined): Promise<boolean>;
  /** The id of each. */
  teams(): Promise<readonly string[]>;
}

export interface WorkspacesDeps {
  /** The one workspace whose token the operator gave us. */
  readonly token: string | undefined;
  /** The workspaces that installed the app. */
  readonly installations: Installations | null;
  readonly clientOptions: webApi.WebClientOptions;
  readonly now: () => number;
}

/** Another process may have heard of an uninstallation or a new token; after this long we look again: two small reads. */
const LOOK_AGAIN_MS = 30_000;
const MOST_WORKSPACES = 1_000;

export function createWorkspaces(deps: WorkspacesDeps): Workspaces {
  const { installations, now } = deps;
  const known = new Map<string, { readonly workspace: Workspace; readonly at: number }>();
  let own: Promise<Workspace> | null = null;

  /** The token's workspace never changes, so it is asked for once; a failure is not kept. */
  function ownWorkspace(): Promise<Workspace> | null {
    const { token } = deps;
    if (token === undefined) return null;
    own ??= describe(token, "", deps).catch((error: unknown) => {
      own = null;
      throw error;
    });
    return own;
  }

  async function find(query: WorkspaceQuery): Promise<Workspace | null> {
    const team = query.team ?? "";
    const mine = await ownWorkspace();
    if (mine && (installations === null || team === "" || mine.team === team)) return mine;
    if (!installations || team === "") return null;
    const cached = known.get(team);
    if (cached && now() - cached.at < LOOK_AGAIN_MS) return cached.workspace;
    const installed = await installations.find(query);
    if (!installed) {
      known.delete(team);
      return null;
    }
    if (cached?.workspace.token === installed.token) return keep(cached.workspace);
    return keep(await describe(installed.token, team, deps));
  }

  function keep(workspace: Workspace): Workspace {
    if (known.size >= MOST_WORKSPACES) known.clear();
    known.set(workspace.team, { workspace, at: now() });
    return workspace;
  }

  async function teams(): Promise<readonly string[]> {
    const mine = await ownWorkspace();
    return [...(mine ? [mine.team] : []), ...((await installations?.teams()) ?? [])];
  }

  async function byId(team: string): Promise<Workspace | null> {
    if (team !== "") return find({ team, enterprise: undefined, isEnterpriseInstall: false });
    const mine = await ownWorkspace();
    if (mine) return mine;
    const [only, ...others] = await teams();
    return only === undefined || others.length > 0 ? null : byId(only);
  }

  return {
    find,
    teams,
    async isOwn(team) {
      const mine = await ownWorkspace();
      return mine !== null && (installations === null || mine.team === team);
    },
    async of(team) {
      const workspace = await byId(team);
      if (workspace) return workspace;
      const where = team === "" ? "the workspace is not named" : `the workspace ${team} has not installed it`;
      throw new DeskhandError("platform_unusable", `The Slack app cannot act: ${where}.`);
    },
    forget(team) {
      known.delete(team);
    },
    async isReplaced(team, token) {
      known.delete(team);
      const now = await byId(team);
      return now !== null && now.token !== token;
    },
  };
}

async function describe(token: string, team: string, { clientOptions }: WorkspacesDeps): Promise<Workspace> {
  const client = new webApi.WebClient(token, clientOptions);
  const me = await client.auth.test();
  if (!me.user_id)
    throw new DeskhandError("platform_unusable", "The Slack token is not a bot's token (xoxb-…).");
  return {
    team: team || (me.team_id ?? ""),
    token,
    client,
    botUserId: me.user_id,
    botId: me.bot_id ?? null,
    url: me.url ?? null,
  };
}
