import type { Adapter } from "../adapter.ts";
import { platformsFor } from "../../adapters/index.ts";
import { createMailer } from "../../adapters/mail/index.ts";
import { type App, createApp, type Role } from "../app.ts";
import { withCrashPoints } from "../ops/crash-points.ts";
import { startEmbedding } from "../knowledge/dense/embed-pending.ts";
import { createLog, type Log } from "../ops/log.ts";
import { openOperations } from "../ops/operations.ts";
import { openSpans } from "../ops/open-spans.ts";
import { tracedAdapter, tracedStore } from "../ops/traced.ts";
import type { Lock } from "../store/lock.ts";
import { steadyClock } from "../steady-clock.ts";
import { ensureKnowledge, openKnowledge, type Opened } from "./open.ts";

/** A Deskhand that is ready to be started on its platforms. */
export interface Running {
  readonly app: App;
  readonly log: Log;
  /** What is running, in a few lines. */
  readonly lines: readonly string[];
  readonly lock: Lock;
}

/** Brings the knowledge base up to date and puts store and app together. `logLevel` is used when nobody set one. */
export async function prepare(
  opened: Opened,
  {
    logLevel,
    platforms,
    role = "all",
  }: { readonly logLevel?: string; readonly platforms: readonly string[]; readonly role?: Role },
): Promise<Running> {
  const { loaded, storage } = opened;
  const { index, reports, watch } = storage;
  const { config, isSample } = loaded;
  const lock = await storage.lock("work");
  // Whoever only takes in has nothing to look up.
  if (role !== "gateway") await ensureKnowledge(opened);
  const log = createLog(process.env["LOG_LEVEL"] ?? logLevel ?? config.log_level);
  const smtp = process.env["SMTP_URL"]?.trim();
  const onTrouble = (problem: string) =>
    log.warn({ problem }, "the knowledge base is searched by words alone for now");
  const { knowledge, embedder } = openKnowledge(opened, { onTrouble });
  const now = steadyClock();
  const operations = await openOperations({ config, watch, log, now });
  const spans = await openSpans(process.env);
  const store = spans.on ? tracedStore(storage.store, spans.span) : storage.store;
  const core = createApp({
    loaded,
    env: process.env,
    store: withCrashPoints(operations.watched(store), process.env["DESKHAND_CRASH_AT"]),
    reports,
    queue: storage.queue,
    role,
    index,
    knowledge,
    mailer: smtp ? createMailer(smtp, config.mail.from) : null,
    log,
    now,
    spans,
  });
  const embedding = role !== "gateway" && embedder && startEmbedding({ store: index, embedder, onTrouble });
  const app: App = operations.served({
    ...core,
    start: (adapters) =>
      core.start(spans.on ? adapters.map((adapter) => tracedAdapter(adapter, spans.span)) : adapters),
    async stop() {
      if (embedding) await embedding.stop();
      await core.stop();
      await spans.stop();
    },
  });
  const counts = await index.counts();
  const lines = [
    `Deskhand: ${config.agent.name} for ${config.shop.name}${isSample ? " (the sample shop; put your own deskhand.yaml here)" : ""}`,
    `  platforms       ${platforms.join(", ")}${ROLE_WORDS[role]}`,
    `  model           ${app.model.description}${app.model.provider === "offline" ? "; set ANTHROPIC_API_KEY for Claude" : ""}`,
    `  database        ${storage.place}`,
    `  knowledge base  ${counts.articles} articles, ${counts.passages} passages`,
  ];
  return { app, log, lines, lock };
}

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  all: "",
  gateway: " (gateway: takes in what is said; workers answer)",
  worker: " (worker: answers; gateways take in what is said)",
};

export async function platformsOf({ loaded: { config } }: Opened, log: Log): Promise<readonly Adapter[]> {
  return platformsFor({ config, env: process.env, log, now: steadyClock() });
}

export async function signalled(): Promise<"signal"> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve("signal"));
    process.once("SIGINT", () => resolve("signal"));
  });
}
