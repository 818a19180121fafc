import { webApi } from "@slack/bolt";

import type { SendContext } from "../../../src/adapter.ts";
import { type Config, configSchema } from "../../../src/config/schema.ts";
import type { Card, Delivery, OutboundContent } from "../../../src/domain.ts";
import { DeskhandError } from "../../../src/errors.ts";
import { createLog } from "../../../src/ops/log.ts";
import { createSender, type Sender } from "../../../adapters/slack/send.ts";
import { type SlackOptions, type SlackServer, startSlack } from "../../servers/slack/index.ts";

export const log = createLog("silent");

export interface Bench {
  readonly slack: SlackServer;
  readonly sender: Sender;
  /** A sender that knows nothing of what the other did, as after a restart. */
  restarted(now?: () => number): Sender;
  client(): webApi.WebClient;
}

export async function startBench(
  options: Pick<SlackOptions, "limits"> & { readonly config?: object; readonly now?: () => number } = {},
): Promise<Bench> {
  const slack = await startSlack({
    teams: [
      {
        id: "T1",
        users: [
          { id: "UANN", name: "ann" },
          { id: "USAM", name: "sam" },
        ],
        channels: [
          { id: "CHELP", name: "help", members: ["UANN"] },
          { id: "CDESK", name: "desk", kind: "private", members: ["USAM"] },
        ],
        usergroups: [{ id: "SDESK", handle: "desk", users: ["USAM"] }],
      },
    ],
    limits: { post: false, history: false, ...options.limits },
  });
  const config = configOf(options.config);
  const client = () => new webApi.WebClient(slack.botToken(), { slackApiUrl: slack.apiUrl });
  const shared = client();
  const restarted = (now: () => number = options.now ?? Date.now) =>
    createSender({ clientFor: async () => shared, config, now, log });
  return { slack, client, restarted, sender: restarted() };
}

export function configOf(more: object = {}): Config {
  return configSchema.parse({
    shop: { name: "Acme" },
    desk: { adapter: "slack", channel: "CDESK", ping: "SDESK" },
    ...more,
  });
}

let deliveries = 0;

export function deliveryOf(content: OutboundContent, more: Partial<Delivery> = {}): Delivery {
  return {
    id: `d${++deliveries}`,
    to: { adapter: "slack", key: "T1/CHELP" },
    visibility: "public",
    content,
    createdAt: Date.now(),
    ...more,
  };
}

export function reply(text: string, more: Partial<Extract<OutboundContent, { kind: "reply" }>> = {}) {
  return { kind: "reply", text, by: "ai", citations: [], inReplyTo: [], ...more } as const;
}

export function cardOf(more: Partial<Card> = {}): { readonly kind: "card"; readonly card: Card } {
  return {
    kind: "card",
    card: {
      escalationId: "E-12",
      status: "open",
      reason: "policy_exception",
      priority: "high",
      summary: "Wants **300 USD** back.\n\n- paid twice",
      customer: "Ann <ann@example.com>",
      ticket: "T-7",
      conversation: { adapter: "slack", key: "T1/CHELP/1.000001" },
      link: "https://test.slack.com/archives/CHELP/p1",
      waitingSince: Date.UTC(2026, 10, 24, 3, 0),
      tried: ["Read “Refunds”", "Looked up order 17"],
      nextStep: "Check the second payment.",
      ping: true,
      ...more,
    },
  };
}

export function context(more: Partial<SendContext> = {}): SendContext {
  return {
    signal: AbortSignal.timeout(60_000),
    maybeSent: false,
    fetchFile: () => Promise.reject(new DeskhandError("attachment_unavailable", "nobody has it")),
    ...more,
  };
}

/** The error that a promise ends with; throws when it does not. */
export async function failure(promise: Promise<unknown>): Promise<DeskhandError> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof DeskhandError) return outcome;
  throw new Error(`expected a DeskhandError, got ${String(outcome)}`);
}
