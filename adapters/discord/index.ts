import { type Client, Status } from "discord.js";

import type { Adapter, Finding, Host } from "../../src/adapter.ts";
import type { Config } from "../../src/config/schema.ts";
import { DeskhandError, messageOf } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { DISCORD, toPlace } from "./address.ts";
import { createApi } from "./api.ts";
import { botThatSends } from "./bot.ts";
import { checkDiscord } from "./check.ts";
import { createClient } from "./client.ts";
import { registerCommands } from "./commands.ts";
import { type Incoming, startIncoming } from "./incoming.ts";
import { createSender, type Sender } from "./send.ts";
import { inWords, shardsOf } from "./shards.ts";
import { TYPING_LASTS_MS } from "./typing.ts";

export interface DiscordDeps {
  readonly config: Pick<Config, "discord" | "desk">;
  /** `DISCORD_TOKEN`, and `DISCORD_API_URL` when Discord is somewhere else. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly now: () => number;
}

const VERIFY_HINT =
  "To show that an e-mail address is yours, type /verify or press the button under this answer; a code comes by mail.";

/** Connecting takes moments: what failed often before a restart must not wait minutes for its next try after it. */
const CONNECTING_MS = 1_000;

/** What runs between start and stop. */
interface Running {
  /** Null where another process listens. */
  readonly heard: { readonly client: Client; readonly incoming: Incoming } | null;
  readonly sender: Sender;
}

/** Deskhand on Discord, on every server that the bot was invited to. Wiring only. */
export function createDiscord({ config, env, log, now }: DiscordDeps): Adapter {
  const token = env["DISCORD_TOKEN"]?.trim() ?? "";
  const apiUrl = env["DISCORD_API_URL"];
  const sends = new Set<Promise<unknown>>();
  let running: Running | null = null;

  const shards = shardsOf(config, env);

  async function check(): Promise<readonly Finding[]> {
    const findings = await checkDiscord({ token, apiUrl, config });
    if (!shards) return findings;
    const what = `This process holds ${inWords(shards)}; others must hold the rest.`;
    return [...findings, { level: "ok", what }];
  }

  function started(): Running {
    if (running) return running;
    throw new DeskhandError("delivery_unreached", "Discord is not connected yet.", {
      retryable: true,
      retryAfterMs: CONNECTING_MS,
    });
  }

  /** Stopping waits for what is on its way. */
  async function underWay<T>(work: Promise<T>): Promise<T> {
    sends.add(work);
    try {
      return await work;
    } finally {
      sends.delete(work);
    }
  }

  return {
    name: DISCORD,
    ...(shards && { holds: inWords(shards) }),
    wantsReports: false,
    wantsStates: true,
    verifiesByMail: true,
    verifyHint: VERIFY_HINT,
    check,
    async start(host) {
      refuseHalfDeaf(await check());
      if (host.sendsOnly) {
        const client = await botThatSends(token, apiUrl);
        running = {
          heard: null,
          sender: createSender({ client, memory: host.memory, config, now, log }),
        };
        return;
      }
      const client = createClient(env, log, shards);
      const sender = createSender({ client, memory: host.memory, config, now, log });
      const incoming = await startIncoming({ client, token, config, host, shards, log, now });
      running = { heard: { client, incoming }, sender };
      client.on("shardDisconnect", ({ code }) => {
        if (running) host.lost(closedForGood(code));
      });
      await commandsFor(client, host, log);
    },
    async stop() {
      if (!running) return;
      const { heard } = running;
      await heard?.incoming.stop();
      await Promise.allSettled(sends);
      running = null;
      await heard?.client.destroy();
    },
    async send(delivery, context) {
      const { heard, sender } = started();
      const place = toPlace(delivery.to);
      if (place.kind === "interaction") await heard?.incoming.acknowledged(place.token);
      return underWay(sender.send(delivery, context));
    },
    isConnected() {
      // `isReady` says that it once was.
      if (running?.heard === null) return true;
      return running?.heard.client.ws.shards.every(({ status }) => status === Status.Ready) ?? false;
    },
    pace: (delivery) => running?.sender.pace(delivery) ?? null,
    activityLastsMs: TYPING_LASTS_MS,
    async showActivity(to, activity) {
      // Where words are looked for, which takes moments, typing shows already.
      if (activity !== "searching") await running?.sender.showActivity(to, activity);
    },
    async fetchFile(attachment, signal) {
      if (running) return running.sender.fetchFile(attachment, signal);
      throw new DeskhandError("attachment_unavailable", "Discord is not connected yet.", { retryable: true });
    },
  };
}

function closedForGood(code: number): DeskhandError {
  return new DeskhandError(
    "platform_unusable",
    `Discord closed the connection for good (code ${code}): the token was changed, or an intent was taken away. ` +
      "`deskhand doctor` says what is missing.",
  );
}

/** All that is wrong at once, each with its fix: nobody wants to learn of it one start at a time. */
function refuseHalfDeaf(findings: readonly Finding[]): void {
  const problems = findings.filter(({ level }) => level === "problem");
  if (problems.length === 0) return;
  const lines = problems.map(({ what, fix }) => `- ${what}${fix === undefined ? "" : ` ${fix}`}`);
  throw new DeskhandError("platform_unusable", ["Discord cannot be used as it is:", ...lines].join("\n"), {
    retryable: problems.every(({ mayPass }) => mayPass),
  });
}

/** Without its commands Deskhand still answers; the next start tries again. */
async function commandsFor(client: Client, { memory }: Host, log: Log): Promise<void> {
  const application = client.application?.id;
  if (application === undefined) return;
  try {
    await registerCommands({ application, api: createApi(client), memory, log });
  } catch (error) {
    log.error({ err: error }, `Discord: the commands could not be registered: ${messageOf(error)}`);
  }
}
