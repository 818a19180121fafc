import type { webApi } from "@slack/bolt";

import type { Finding, Host } from "../../src/adapter.ts";
import { DeskhandError } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { SLACK, toPlace } from "./address.ts";
import { listenToAssistant } from "./assistant.ts";
import { createCatchUp } from "./catch-up.ts";
import { createConnection } from "./connection.ts";
import type { Credentials } from "./credentials.ts";
import type { HistoryAllowance } from "./history.ts";
import { createInstallations } from "./install.ts";
import { listenToInteractions } from "./interactions.ts";
import type { Listening } from "./listen.ts";
import { listenToMessages } from "./messages.ts";
import { listenToHome } from "./pages.ts";
import { createPeople } from "./people.ts";
import { listenToRemovals } from "./removals.ts";
import type { SlackConfig } from "./settings.ts";
import { createStaff } from "./staff.ts";
import { createWorkspaces, type Workspaces } from "./workspaces.ts";

export interface IncomingDeps {
  readonly config: SlackConfig;
  readonly credentials: Credentials;
  readonly clientOptions: webApi.WebClientOptions;
  readonly host: Host;
  /** Shared with the outgoing half. */
  readonly allowance: HistoryAllowance;
  readonly now: () => number;
  readonly log: Log;
}

/** Everything that Slack tells us, made into events. */
export interface Incoming {
  readonly workspaces: Workspaces;
  /** Throws `platform_unusable`. */
  open(): Promise<void>;
  close(): Promise<void>;
  isConnected(): boolean;
}

export function createIncoming(deps: IncomingDeps): Incoming {
  const { config, credentials, clientOptions, host, allowance, now, log } = deps;
  const { memory } = host;
  const installations = installationsIn(deps);
  const workspaces = createWorkspaces({
    token: credentials.botToken,
    installations,
    clientOptions,
    now,
  });
  const clientFor = async (team: string) => (await workspaces.of(team)).client;
  const staff = createStaff({ config, clientFor, memory, now, log });
  const people = createPeople({ config, clientFor, staff, isOwn: workspaces.isOwn, now, log });
  const connection = createConnection({ config, credentials, installations, workspaces, clientOptions, log });

  const listening: Listening = { app: connection.app, config, workspaces, people, host, now, log };
  const hear = listenToMessages(listening, listenToAssistant(listening));
  listenToInteractions(listening);
  listenToHome(listening);
  listenToRemovals(listening, installations, clientOptions);

  const catchUp = createCatchUp({ config, workspaces, host, allowance, hear, now, log });

  return {
    workspaces,
    async open() {
      const problem = deskProblem(config, credentials);
      if (problem) throw new DeskhandError("platform_unusable", `${problem.what} ${problem.fix}`);
      await connection.open(catchUp);
    },
    isConnected: () => catchUp.isConnected(),
    async close() {
      await catchUp.stop();
      await connection.close();
    },
  };
}

/** Where another process listens: the workspaces that things are said in, and nothing that is heard. */
export function nothingIncoming(
  deps: Pick<IncomingDeps, "credentials" | "clientOptions" | "host" | "now">,
): Incoming {
  const { credentials, clientOptions, now } = deps;
  const installations = installationsIn(deps);
  const workspaces = createWorkspaces({ token: credentials.botToken, installations, clientOptions, now });
  const nothing = async () => undefined;
  return { workspaces, open: nothing, close: nothing, isConnected: () => true };
}

function installationsIn({ credentials: { oauth }, host }: Pick<IncomingDeps, "credentials" | "host">) {
  return oauth && createInstallations(host.memory, oauth.secret);
}

/**
 * Where workspaces can install the app, the staff channel's id alone says too little: which workspace is it in, and whose
 * members are staff? In a channel that two of them share, the other one's people would be.
 */
export function deskProblem(
  { desk }: SlackConfig,
  { oauth }: Credentials,
): (Finding & { readonly fix: string }) | null {
  if (oauth === null || desk.adapter !== SLACK) return null;
  const place = toPlace({ adapter: SLACK, key: desk.channel });
  if (place.kind === "channel" && place.team !== "") return null;
  return {
    level: "problem",
    what: `desk.channel is "${desk.channel}", and with several workspaces it must say in which of them the channel is.`,
    fix: `Write the team id before it, such as T0123456789/${desk.channel}.`,
  };
}
