import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { pino } from "pino";

import type { AdapterMemory } from "../../../src/adapter.ts";
import type { InboundEvent } from "../../../src/domain.ts";
import { readCredentials } from "../../../adapters/slack/credentials.ts";
import { createHistoryAllowance } from "../../../adapters/slack/history.ts";
import { createIncoming } from "../../../adapters/slack/incoming.ts";
import type { SlackConfig } from "../../../adapters/slack/settings.ts";
import { type Done, type SlackOptions, type SlackServer, startSlack } from "../../servers/slack/index.ts";
import { slackConfig } from "./payloads.ts";

/** The incoming half, listening to the test Slack through the real Bolt. */
export interface Live {
  readonly slack: SlackServer;
  /** What is on disk, in the order in which it got there; once each. */
  readonly events: readonly InboundEvent[];
  /** How often Slack's events asked to be stored, refusals and repeats among them. */
  readonly asked: () => number;
  /** The next so many times the disk is full. */
  readonly failIntake: (times: number) => void;
  /** The disk is slow: nothing gets there until the returned function is called. */
  readonly holdIntake: () => () => void;
  readonly memory: AdapterMemory & { readonly values: ReadonlyMap<string, string> };
  readonly base: string;
  /** @param meanwhile what happens while nobody listens. */
  readonly restart: (meanwhile?: () => Promise<unknown>) => Promise<void>;
  /** Slack delivers again until it is acknowledged: a connection kept open may have died with the old process. */
  readonly deliverAgain: (said: Pick<Done, "deliveries">) => Promise<void>;
  /** Waits for an event of this kind. */
  waitFor<Kind extends InboundEvent["body"]["kind"]>(
    kind: Kind,
  ): Promise<InboundEvent & { readonly body: Extract<InboundEvent["body"], { kind: Kind }> }>;
  close(): Promise<void>;
}

export interface LiveOptions {
  readonly mode: "socket" | "http";
  readonly server?: SlackOptions;
  readonly slack?: Record<string, unknown>;
  readonly env?: Record<string, string>;
  /** True: workspaces install the app; there is no bot token. */
  readonly installs?: boolean;
  /** The setting `desk.channel`. */
  readonly desk?: string;
}

/** Acme: Ann asks in #help, Sam is staff in #desk. */
export const ACME: SlackOptions = {
  retryDelaysMs: [0, 10, 10],
  limits: { history: false, post: false },
  teams: [
    {
      id: "T1",
      users: [
        { id: "UANN", name: "ann", realName: "Ann Field", email: "ann@example.com" },
        { id: "USAM", name: "sam", realName: "Sam Stone", email: "sam@example.com" },
        { id: "UZOE", name: "zoe", realName: "Zoe", email: "zoe@elsewhere.example", homeTeam: "T9" },
        { id: "UDEPLOY", name: "deploys", isBot: true },
      ],
      channels: [
        { id: "CHELP", name: "help", members: ["UANN", "USAM", "UZOE", "UDEPLOY"] },
        { id: "CDESK", name: "desk", kind: "private", members: ["USAM"] },
      ],
    },
  ],
};

export async function live(options: LiveOptions): Promise<Live> {
  const slack = await startSlack({ ...ACME, ...options.server });
  const port = await freePort();
  const settings = slackConfig({ ...options.slack, http: { port, host: "127.0.0.1" } });
  const channel = options.desk ?? (options.installs ? "T1/CDESK" : "CDESK");
  const config: SlackConfig = { ...settings, desk: { ...settings.desk, channel } };
  const env = {
    ...(!options.installs && { SLACK_BOT_TOKEN: slack.botToken() }),
    ...(options.mode === "socket"
      ? { SLACK_APP_TOKEN: slack.appToken }
      : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    ...options.env,
  };
  const memory = createMemory();
  const events: InboundEvent[] = [];
  let [asked, failing] = [0, 0];
  let held: Promise<void> | null = null;

  const start = async () => {
    const incoming = createIncoming({
      config,
      credentials: readCredentials(env),
      clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
      host: {
        memory,
        activePlaces: async () => [...new Map(events.map(({ address }) => [address.key, address])).values()],
        lost: () => undefined,
        async intake(event) {
          asked += 1;
          await held;
          if (failing > 0) {
            failing -= 1;
            throw new Error("the disk is full");
          }
          if (events.some((one) => one.eventId === event.eventId)) return "duplicate";
          events.push(event);
          return "accepted";
        },
      },
      allowance: createHistoryAllowance(100, Date.now),
      now: Date.now,
      log: pino({ level: process.env["TEST_LOG"] ?? "silent" }, pino.destination(2)),
    });
    await incoming.open();
    return incoming;
  };
  let incoming = await start().catch(async (error: unknown) => {
    await slack.close();
    throw error;
  });
  const base = `http://127.0.0.1:${port}`;
  if (options.mode === "http") slack.deliverTo(`${base}/slack/events`);

  return {
    slack,
    events,
    memory,
    base,
    asked: () => asked,
    failIntake(times) {
      failing = times;
    },
    holdIntake() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = null;
        resolve();
      };
    },
    async restart(meanwhile) {
      await incoming.close();
      await meanwhile?.();
      incoming = await start();
    },
    async deliverAgain(said) {
      for (let tries = 0; tries < 5; tries++) {
        const attempts = await slack.redeliver(said);
        if (attempts.every(({ ackMs }) => ackMs !== null)) return;
      }
      throw new Error("Slack delivered it five times, and it was never acknowledged.");
    },
    waitFor: (kind) =>
      slack.waitFor(() => events.find((one) => one.body.kind === kind), `a ${kind} on disk`) as never,
    async close() {
      await incoming.close();
      await slack.close();
    },
  };
}

export function createMemory(): Live["memory"] {
  const values = new Map<string, string>();
  return {
    values,
    get: async (key) => values.get(key) ?? null,
    set: async (key, value) => void values.set(key, value),
    delete: async (key) => void values.delete(key),
    list: async (prefix) =>
      [...values].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => ({ key, value })),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
