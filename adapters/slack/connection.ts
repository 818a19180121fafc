import { App, AuthorizationError, type Authorize, type Receiver } from "@slack/bolt";
import type { webApi } from "@slack/bolt";

import { DeskhandError, messageOf } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { boltLogger } from "./bolt-log.ts";
import type { Credentials, OAuth } from "./credentials.ts";
import { slackCode } from "./failures.ts";
import type { Installations } from "./install.ts";
import { acknowledgeWhenDone, createHttp, createSocket } from "./receive.ts";
import { PATHS, SCOPE_NAMES } from "./scopes.ts";
import type { SlackConfig } from "./settings.ts";
import type { Workspaces } from "./workspaces.ts";

export interface ConnectionDeps {
  readonly config: SlackConfig;
  readonly credentials: Credentials;
  readonly installations: Installations | null;
  readonly workspaces: Workspaces;
  readonly clientOptions: webApi.WebClientOptions;
  readonly log: Log;
}

/** The way from Slack to us. Listeners are put on `app` before `open`. */
export interface Connection {
  readonly app: App;
  /** Throws `platform_unusable`. */
  open(watcher: ConnectionWatcher): Promise<void>;
  /** Resolves once what came in is finished. */
  close(): Promise<void>;
}

/** Is told whenever Slack can reach us, and whenever it no longer can. */
export interface ConnectionWatcher {
  connected(): void;
  disconnected(): void;
}

export const INSTALL_PATH = "/slack/install";

export function createConnection(deps: ConnectionDeps): Connection {
  const { credentials, config, clientOptions, log } = deps;
  const { connection, oauth } = credentials;
  const address = config.slack.http;

  let watching: ConnectionWatcher | null = null;
  const watcher: ConnectionWatcher = {
    connected: () => watching?.connected(),
    disconnected: () => watching?.disconnected(),
  };

  const receiver =
    connection.kind === "socket"
      ? createSocket({ appToken: connection.appToken, clientOptions, watcher, log })
      : createHttp({
          endpoints: [PATHS.events],
          signingSecret: connection.signingSecret,
          ...(oauth && installing(oauth, deps)),
          address,
          log,
        });
  /** With Socket Mode the pages for installing have a server of their own, which takes no events. */
  const pages: Receiver | null =
    connection.kind === "socket" && oauth
      ? createHttp({
          endpoints: [],
          signingSecret: "",
          signatureVerification: false,
          ...installing(oauth, deps),
          address,
          log,
        })
      : null;

  const app = new App({
    receiver,
    authorize: authorizeWith(deps.workspaces),
    clientOptions,
    logger: boltLogger(log),
    convoStore: false,
  });
  app.error(async (error) => {
    // Stray words from a workspace that removed the app: acknowledged, or Slack would repeat them.
    if (error instanceof AuthorizationError && error.original instanceof NotInstalled) return;
    log.error({ err: error }, "an event from Slack could not be taken in");
    throw error;
  });
  const gate = acknowledgeWhenDone(app);

  return {
    app,
    async open(by) {
      watching = by;
      if (pages) await listening(pages.start(), config);
      if (connection.kind === "http") {
        await listening(app.start(), config);
        return watcher.connected();
      }
      try {
        await app.start();
      } catch (error) {
        throw new DeskhandError(
          "platform_unusable",
          `Slack refused the connection (${messageOf(error)}). Check SLACK_APP_TOKEN: it begins with xapp- and has ` +
            "the scope connections:write, and Socket Mode is switched on in the app's settings.",
          { cause: error, retryable: slackCode(error) === null },
        );
      }
    },
    async close() {
      await gate.close();
      await Promise.all([app.stop(), pages?.stop()]);
    },
  };
}

async function listening(started: Promise<unknown>, { slack: { http } }: SlackConfig): Promise<void> {
  try {
    await started;
  } catch (error) {
    throw new DeskhandError(
      "platform_unusable",
      `The HTTP server for Slack cannot listen on ${http.host}:${http.port} (${messageOf(error)}). ` +
        "Set another slack.http.port, or end what uses it.",
      { cause: error },
    );
  }
}

function installing(
  { clientId, clientSecret, stateSecret }: OAuth,
  { config, installations, workspaces, clientOptions, log }: ConnectionDeps,
) {
  if (!installations) throw new TypeError("Installing needs a place for the installations.");
  const { public_url: publicUrl } = config.slack.http;
  const api = clientOptions.slackApiUrl;
  return {
    clientId,
    clientSecret,
    stateSecret,
    scopes: [...SCOPE_NAMES],
    ...(publicUrl !== undefined && { redirectUri: new URL(PATHS.redirect, publicUrl).href }),
    installationStore: {
      ...installations,
      async storeInstallation(installation: Parameters<Installations["storeInstallation"]>[0]) {
        await installations.storeInstallation(installation);
        const team = installation.team?.id ?? installation.enterprise?.id ?? "";
        workspaces.forget(team);
        log.info({ team }, "the Slack app was installed in a workspace");
      },
    },
    installerOptions: {
      installPath: INSTALL_PATH,
      redirectUriPath: PATHS.redirect,
      clientOptions: { ...clientOptions },
      // Elsewhere than at Slack (a test, a proxy) the page where people consent is there too.
      ...(api !== undefined && { authorizationUrl: new URL("/oauth/v2/authorize", api).href }),
    },
  };
}

class NotInstalled extends Error {}

/** Called for every event: answered from memory. Throws `NotInstalled`, or what went wrong in finding out. */
function authorizeWith(workspaces: Workspaces): Authorize<boolean> {
  return async ({ teamId, enterpriseId, isEnterpriseInstall }) => {
    const workspace = await workspaces.find({ team: teamId, enterprise: enterpriseId, isEnterpriseInstall });
    if (!workspace) throw new NotInstalled(`The app is not installed in ${teamId ?? "that workspace"}.`);
    const { token, botUserId, botId, team } = workspace;
    return { botToken: token, botUserId, teamId: team, ...(botId !== null && { botId }) };
  };
}
