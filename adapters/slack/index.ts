/** Slack: its events become ours, our deliveries its messages. */
import { webApi } from "@slack/bolt";

import type { Adapter, Finding, Host } from "../../src/adapter.ts";
import type { Config } from "../../src/config/schema.ts";
import { DeskhandError, messageOf } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { SLACK } from "./address.ts";
import { boltLogger } from "./bolt-log.ts";
import { checkEndpoint } from "./check-endpoint.ts";
import { checkSlack } from "./check.ts";
import { INSTALL_PATH } from "./connection.ts";
import { type Credentials, readCredentials } from "./credentials.ts";
import { createHistoryAllowance } from "./history.ts";
import { createIncoming, deskProblem, type Incoming, nothingIncoming } from "./incoming.ts";
import { COMMAND } from "./scopes.ts";
import { createSender } from "./send.ts";
import { ownDeskOf } from "./settings.ts";

export { wantsSlack } from "./credentials.ts";

export interface SlackOptions {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly now: () => number;
}

/** A call that Slack does not answer ends after this; the outbox tries again. */
const CALL_MS = 15_000;

/** Connecting takes moments: what failed often before a restart must not wait minutes for its next try after it. */
const CONNECTING_MS = 1_000;

export function createSlack({ config, env, log, now }: SlackOptions): Adapter {
  let incoming: Incoming | null = null;
  const underWay = new Set<Promise<unknown>>();

  const clientOptions = {
    logger: boltLogger(log),
    timeout: CALL_MS,
    // Trying again and waiting is the outbox's work: it knows what may be said twice.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    ...(env["SLACK_API_URL"] && { slackApiUrl: env["SLACK_API_URL"] }),
  };

  const allowance = createHistoryAllowance(config.slack.history_calls_per_minute, now);
  const sender = createSender({
    async clientFor(team) {
      if (!incoming)
        throw new DeskhandError("delivery_unreached", "Slack is not connected.", {
          retryable: true,
          retryAfterMs: CONNECTING_MS,
        });
      return (await incoming.workspaces.of(team)).client;
    },
    isReplaced: async (team, token) => (await incoming?.workspaces.isReplaced(team, token)) ?? false,
    config,
    now,
    log,
    allowance,
  });

  /** Workspaces that install the app by themselves are not ours to mend; each is looked at when it writes. */
  async function checkWith(credentials: Credentials): Promise<readonly Finding[]> {
    const { botToken, connection } = credentials;
    const problem = deskProblem(config, credentials);
    const wrong = problem ? [problem] : [];
    if (botToken !== undefined) {
      const client = new webApi.WebClient(botToken, clientOptions);
      return [...wrong, ...(await checkSlack({ config, client, connection, log }))];
    }
    const { public_url: publicUrl, port } = config.slack.http;
    const where = new URL(INSTALL_PATH, publicUrl ?? `http://localhost:${port}`).href;
    return [...wrong, { level: "ok", what: `Workspaces install the Slack app at ${where}.` }];
  }

  async function refuseWhenHalfDeaf(credentials: Credentials): Promise<void> {
    const findings = await checkWith(credentials);
    const problems = findings.filter(({ level }) => level === "problem");
    for (const { what, fix } of findings.filter(({ level }) => level === "warning")) log.warn({ fix }, what);
    if (problems.length === 0) return;
    const listed = problems.map(({ what, fix }) => (fix === undefined ? what : `${what}\n  ${fix}`));
    const retryable = problems.every(({ mayPass }) => mayPass);
    throw new DeskhandError("platform_unusable", `Slack cannot be used as it is:\n${listed.join("\n")}`, {
      retryable,
    });
  }

  return {
    name: SLACK,
    wantsReports: false,
    verifiesByMail: true,
    ownDesk: (customer) => ownDeskOf(customer, config),
    verifyHint:
      `Press "Verify my e-mail" under this message or type ${COMMAND} verify: a code is mailed to the address, ` +
      "and entering it proves that it is yours.",
    async start(host: Host) {
      const credentials = readCredentials(env);
      await refuseWhenHalfDeaf(credentials);
      const deps = { config, credentials, clientOptions, host, allowance, now, log };
      const starting = host.sendsOnly ? nothingIncoming(deps) : createIncoming(deps);
      // Answers may be due from before the restart while the connection is still being made.
      incoming = starting;
      try {
        await starting.open();
      } catch (error) {
        incoming = null;
        await starting.close();
        throw error;
      }
      log.info({ by: host.sendsOnly ? "sending only" : credentials.connection.kind }, "Slack is connected");
    },
    async stop() {
      await incoming?.close();
      await Promise.allSettled(underWay);
      incoming = null;
    },
    async send(delivery, context) {
      const sending = sender.send(delivery, context);
      underWay.add(sending);
      try {
        return await sending;
      } finally {
        underWay.delete(sending);
      }
    },
    async check() {
      try {
        const credentials = readCredentials(env);
        const { connection } = credentials;
        const address = connection.kind === "http" ? config.slack.http.public_url : undefined;
        const found = await checkWith(credentials);
        if (address === undefined || connection.kind !== "http") return found;
        return [...found, await checkEndpoint(address, connection.signingSecret)];
      } catch (error) {
        return [{ level: "problem", what: messageOf(error) }];
      }
    },
    isConnected: () => incoming?.isConnected() ?? false,
    pace: (delivery) => sender.pace(delivery),
    showActivity: (to, activity) => sender.showActivity(to, activity),
    hideActivity: (to) => sender.hideActivity(to),
    fetchFile: (attachment, signal) => sender.fetchFile(attachment, signal),
  };
}
