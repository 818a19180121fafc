import { onTestFinished } from "vitest";

import { EVENTS, SCOPE_NAMES } from "../../adapters/slack/scopes.ts";
import { freePort } from "../servers/free-port.ts";
import { type SeenMessage, type SlackServer, startSlack } from "../servers/slack/index.ts";
import { type Program, startProgram } from "./bench.ts";

/** Acme on Slack: Ann and Bob ask in #help, Sam and Tia are staff in #desk. The app has what the manifest asks for. */
export interface Shop {
  readonly slack: SlackServer;
  readonly program: Program;
  /** Waits for a message of the app in a thread (or a whole channel) and returns it. */
  readonly said: (channel: string, thread: string | undefined, pattern: RegExp) => Promise<SeenMessage>;
  /** Waits for what the app showed to one person alone. */
  readonly shown: (channel: string, user: string, pattern: RegExp) => Promise<SeenMessage>;
  /** Waits for the card at the desk; there is one in these tests. */
  readonly card: () => Promise<SeenMessage>;
  /** Asks in #help; the thread. */
  readonly ask: (text: string, user?: string) => string;
  /** Resolves once all that was said is worked and answered. */
  readonly settled: () => Promise<void>;
}

export interface ShopOptions {
  readonly mode?: "socket" | "http";
  readonly config?: Readonly<Record<string, unknown>>;
  readonly slack?: Readonly<Record<string, unknown>>;
  readonly desk?: Readonly<Record<string, unknown>>;
}

const PATIENCE_MS = 60_000;

export async function openShop({ mode = "socket", config, ...options }: ShopOptions = {}): Promise<Shop> {
  const slack = await startSlack({
    limits: { post: { calls: 1, windowMs: 20 } },
    subscriptions: EVENTS,
    teams: [
      {
        id: "T1",
        scopes: SCOPE_NAMES,
        users: [
          { id: "UANN", name: "ann", realName: "Ann Meyer", email: "ann.meyer@example.com" },
          { id: "UBOB", name: "bob", realName: "Bob Lee", email: "bob@example.com" },
          { id: "USAM", name: "sam", realName: "Sam Stone", email: "sam@acme.example" },
          { id: "UTIA", name: "tia", realName: "Tia Rey", email: "tia@acme.example" },
        ],
        channels: [
          { id: "CHELP", name: "help", members: ["UANN", "UBOB", "USAM"] },
          { id: "CTALK", name: "talk", members: ["UANN", "UBOB", "USAM"] },
          { id: "CDESK", name: "desk", kind: "private", members: ["USAM", "UTIA"] },
        ],
        usergroups: [{ id: "SDESK", handle: "desk", users: ["USAM", "UTIA"] }],
      },
    ],
  });
  onTestFinished(() => slack.close());
  const port = await freePort();
  const program = await startProgram({
    env: {
      SLACK_BOT_TOKEN: slack.botToken(),
      SLACK_API_URL: slack.apiUrl,
      ...(mode === "socket"
        ? { SLACK_APP_TOKEN: slack.appToken }
        : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    },
    config: {
      ...config,
      desk: { adapter: "slack", channel: "CDESK", ping: "SDESK", ...options.desk },
      slack: {
        channels: [{ id: "CHELP", mode: "every_post" }],
        http: { port, host: "127.0.0.1" },
        ...options.slack,
      },
    },
  });
  if (mode === "http") slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);

  const said: Shop["said"] = (channel, thread, pattern) =>
    slack.waitFor(
      () =>
        slack
          .messages(channel, thread)
          .find(({ text, byApp, deleted }) => byApp && !deleted && pattern.test(text)),
      `${pattern} in ${channel}`,
      PATIENCE_MS,
    );
  return {
    slack,
    program,
    said,
    shown: (channel, user, pattern) =>
      slack.waitFor(
        () => slack.ephemerals(channel, user).find(({ text }) => pattern.test(text)),
        `${pattern} for ${user} in ${channel}`,
        PATIENCE_MS,
      ),
    card: () => said("CDESK", undefined, /ticket T-/),
    ask: (text, user = "UANN") => slack.say({ channel: "CHELP", user, text }).ts,
    async settled() {
      await slack.idle();
      await program.app.drained();
    },
  };
}
