import { DeskhandError } from "../../src/errors.ts";

/** What the environment says about Slack. */
export interface Credentials {
  /** Of the one workspace that the operator set up; the others install the app themselves. */
  readonly botToken: string | undefined;
  readonly connection: Connection;
  readonly oauth: OAuth | null;
}

export type Connection =
  | { readonly kind: "socket"; readonly appToken: string }
  | { readonly kind: "http"; readonly signingSecret: string };

export interface OAuth {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly stateSecret: string;
  /** Seals the tokens of the workspaces. */
  readonly secret: string;
}

/** True when the operator means to use Slack, also where something is missing yet. */
export function wantsSlack(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env["SLACK_BOT_TOKEN"] || env["SLACK_CLIENT_ID"]);
}

/** Throws `platform_unusable` with every variable that is missing. */
export function readCredentials(env: NodeJS.ProcessEnv): Credentials {
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, SLACK_CLIENT_ID } = env;
  const missing: string[] = [];
  if (!wantsSlack(env)) {
    missing.push("Set SLACK_BOT_TOKEN (xoxb-…, under OAuth & Permissions of your Slack app).");
  }
  if (!SLACK_APP_TOKEN && !SLACK_SIGNING_SECRET) {
    missing.push(
      "Set SLACK_APP_TOKEN (xapp-…, under Basic Information, with connections:write) for Socket Mode, " +
        "or SLACK_SIGNING_SECRET for HTTP.",
    );
  }
  const oauth = SLACK_CLIENT_ID ? readOAuth(SLACK_CLIENT_ID, env, missing) : null;
  if (missing.length > 0) {
    throw new DeskhandError("platform_unusable", `Slack is not set up.\n${missing.join("\n")}`);
  }
  return {
    botToken: SLACK_BOT_TOKEN || undefined,
    connection: SLACK_APP_TOKEN
      ? { kind: "socket", appToken: SLACK_APP_TOKEN }
      : { kind: "http", signingSecret: SLACK_SIGNING_SECRET ?? "" },
    oauth,
  };
}

const OAUTH_NEEDS = {
  SLACK_CLIENT_SECRET: "the app's client secret, under Basic Information",
  SLACK_STATE_SECRET: "any long random text; it signs the links that install the app",
  DESKHAND_SECRET: "any long random text, kept for good; the workspaces' tokens are encrypted with it",
} as const;

function readOAuth(clientId: string, env: NodeJS.ProcessEnv, missing: string[]): OAuth {
  for (const [name, what] of Object.entries(OAUTH_NEEDS)) {
    if (!env[name]) missing.push(`Set ${name}: ${what}.`);
  }
  return {
    clientId,
    clientSecret: env["SLACK_CLIENT_SECRET"] ?? "",
    stateSecret: env["SLACK_STATE_SECRET"] ?? "",
    secret: env["DESKHAND_SECRET"] ?? "",
  };
}
