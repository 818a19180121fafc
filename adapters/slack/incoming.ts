import type { webApi } from "@slack/bolt";

import type { Host } from "../../src/adapter.ts";
import type { Log } from "../../src/ops/log.ts";
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
}

export function createIncoming(deps: IncomingDeps): Incoming {
  const { config, credentials, clientOptions, host, allowance, now, log } = deps;
  const { memory } = host;
  const installations = credentials.oauth && createInstallations(memory, credentials.oauth.secret);
  const workspaces = createWorkspaces({
    token: credentials.botToken,
    installations,
    clientOptions,
    now,
  });
  const clientFor = async (team: string) => (await workspaces.of(team)).client;
  const staff = createStaff({ config, clientFor, memory, now, log });
  const people = createPeople({ config, clientFor, staff, now, log });
  const connection = createConnection({ config, credentials, installations, workspaces, clientOptions, log });

  const listening: Listening = { app: connection.app, config, workspaces, people, host, now, log };
  const hear = listenToMessages(listening, listenToAssistant(listening));
  listenToInteractions(listening);
  listenToHome(listening);
  listenToRemovals(listening, installations, clientOptions);

  const catchUp = createCatchUp({ config, workspaces, host, allowance, hear, now, log });

  return {
    workspaces,
    open: () => connection.open(catchUp),
    async close() {
      await catchUp.stop();
      await connection.close();
    },
  };
}
