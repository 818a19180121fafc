import { randomUUID } from "node:crypto";

import { showActivities } from "./activities.ts";
import type { Adapter, Host, Mailer } from "./adapter.ts";
import { buildPrompt } from "./agent/prompt.ts";
import { readLocally } from "./agent/signals/index.ts";
import type { LoadedConfig } from "./config/load.ts";
import type { Config } from "./config/schema.ts";
import { openOrders } from "./customers/open-orders.ts";
import { runTimer } from "./desk/reminders.ts";
import { deliveryIds, turnId } from "./delivery-ids.ts";
import { dispatch, type DispatchDeps, type Handled } from "./dispatch.ts";
import type { Address } from "./domain.ts";
import { startDrains } from "./drains.ts";
import type { DeskhandError } from "./errors.ts";
import { CONCURRENCY, createInbox, type Inbox } from "./inbox.ts";
import type { Knowledge } from "./knowledge/knowledge.ts";
import { createKnowledge } from "./knowledge/search.ts";
import { createLeakCheck } from "./knowledge/leaks.ts";
import type { KnowledgeIndex } from "./knowledge/index-port.ts";
import { chooseModel, type ChosenModel } from "./models/choose.ts";
import { estimateTokens } from "./models/tokens.ts";
import type { Log } from "./ops/log.ts";
import { NO_SPANS, type Spans } from "./ops/spans.ts";
import { tracedKnowledge, tracedModel } from "./ops/traced.ts";
import { startOutbox } from "./outbox.ts";
import { type Pump, startPump } from "./pump.ts";
import { type Shows, turnReport } from "./reports.ts";
import { startPlatform } from "./start-platform.ts";
import type { ReportStore } from "./store/reports-port.ts";
import type { LaneQueue } from "./store/storage.ts";
import type { BudgetLimits, Store, TakenDelivery, Work } from "./store/store.ts";
import type { TurnDeps } from "./turn-commit.ts";

export interface AppOptions {
  readonly loaded: LoadedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly store: Store;
  readonly reports: ReportStore;
  readonly index: KnowledgeIndex;
  /** Search by words alone when left out. */
  readonly knowledge?: Knowledge;
  /** Null without a mail server: customers cannot prove an e-mail by a code then. */
  readonly mailer: Mailer | null;
  /** How work finds one of the processes that share the store; without it the store is this process's own. */
  readonly queue?: LaneQueue | null;
  /** `all` when it is left out. */
  readonly role?: Role;
  readonly log: Log;
  readonly now: () => number;
  /** Nobody looks at what takes how long when it is left out. */
  readonly spans?: Spans;
}

/**
 * What a process does of it all: `gateway` takes in what platforms say, `worker` works it and sends the answers, without
 * a connection that listens.
 */
export const ROLES = ["all", "gateway", "worker"] as const;
export type Role = (typeof ROLES)[number];

export interface App {
  /** Starts the platforms and works what is waiting. */
  start(adapters: readonly Adapter[]): Promise<void>;
  /** Resolves when nothing is left to do that these platforms could finish. */
  drained(): Promise<void>;
  /** Stops taking work in, ends what is under way, closes the store. */
  stop(): Promise<void>;
  readonly model: ChosenModel;
  /** Resolves when a platform has shut the door for good; never, as long as all is well. */
  readonly lost: Promise<DeskhandError>;
}

const QUIET_KINDS: ReadonlySet<string> = new Set(["notice", "mark", "state", "overview"]);
const TIMER_RETRY_MS = 30_000;
const DRAIN_LOOK_MS = 20;
/** What is not done this long after a stop is given back: the next start goes on with it. */
const STOP_GRACE_MS = 4_000;

/** Wires the parts together; the only place that knows them all. Throws `config_invalid` before anything runs. */
export function createApp(options: AppOptions): App {
  const { loaded, env, store, log, now, spans = NO_SPANS, queue = null, role = "all" } = options;
  const { config } = loaded;
  const adapters = new Map<string, Adapter>();
  const lost = Promise.withResolvers<DeskhandError>();
  const stopping = new AbortController();
  const parking = new AbortController();
  const system = buildPrompt(config, estimateTokens);
  const model = chooseModel({
    config,
    env,
    read: (text) => ({ ...readLocally(text) }),
    now,
    log,
    onState: (text) => tellDesk(`model-${now()}`, text),
    traced: spans.on,
  });
  const orders = openOrders(config.orders, {
    baseDir: loaded.baseDir,
    env,
    warn: (message) => log.warn({ orders: message }, "orders"),
  });
  const leaks = createLeakCheck(options.index);
  const activityAt = showActivities({ adapterNamed: (name) => adapters.get(name), log });
  const shows: Shows = {
    wantsReports: (adapter) => adapters.get(adapter)?.wantsReports ?? false,
    wantsStates: (adapter) => adapters.get(adapter)?.wantsStates ?? false,
  };
  const ownDesk = (customer: Address) => adapters.get(customer.adapter)?.ownDesk?.(customer) ?? null;
  const deskDeps = { store, config, now, ownDesk, ...shows };
  // Without orders there is nothing that a proved e-mail would open.
  const hasOrders = config.orders.kind !== "none";
  const turnDeps: Omit<TurnDeps, "activity"> = {
    store,
    model: tracedModel(model.model, spans.span),
    knowledge: tracedKnowledge(options.knowledge ?? createKnowledge(options.index), spans.span),
    span: spans.span,
    orders,
    config,
    ownDesk,
    system,
    limits: limitsOf(config),
    guard: {
      linkHosts: linkHostsOf(config),
      refundLimit: config.policy.refund_limit,
      leaksInternal: async (text) => (await leaks.check(text)).leaks,
    },
    askModelBelow: model.provider === "claude" ? config.reading.ask_model_below : 0,
    countTokens: estimateTokens,
    now,
    ...shows,
    verifyHint: (adapter) =>
      hasOrders ? (verifyHintOf(adapter) ?? "Ask the team to verify your e-mail.") : null,
    canVerify: (adapter) =>
      hasOrders && verifyHintOf(adapter) !== undefined && adapters.get(adapter)?.verifiesByMail === true,
  };
  const dispatchDeps: Omit<DispatchDeps, "turn"> = {
    desk: deskDeps,
    command: { store, reports: options.reports, config, now, modelName: model.description },
    verify: { store, mailer: options.mailer, shopName: config.shop.name, now, log },
    log,
    interrupt: (lane) => inbox.interrupt(lane),
    hideActivity: (to) => activityAt(to).hide(),
  };

  const inbox: Inbox = createInbox({
    store,
    config,
    now,
    log,
    owner: randomUUID(),
    isShared: queue !== null,
    handle,
    onSetAside: setAside,
  });
  const outbox = startOutbox({
    store,
    adapters,
    now,
    log,
    parking: parking.signal,
    onFailed: deliveryFailed,
  });
  const timers = startTimers();
  const drains = queue && startDrains(queue, inbox, { concurrency: CONCURRENCY, log });
  /** In the order in which they stop: work first, then what it has to say. */
  const pumps: readonly Pump[] =
    role === "gateway" ? [] : [...(drains ? [drains] : []), inbox.pump, timers, outbox];

  async function handle(work: Work, signal: AbortSignal): Promise<Handled> {
    const turn = turnId(work);
    const [{ event }] = work.events;
    const activity = activityAt(event.address);
    const deps = { ...dispatchDeps, turn: { ...turnDeps, activity }, log: log.child({ turn }) };
    const facts = { turn, event: event.body.kind, adapter: event.address.adapter };
    try {
      const result = await spans.span("turn", facts, () => dispatch(work, deps, signal));
      outbox.wake();
      timers.wake();
      return result;
    } catch (error) {
      // Broken off by a person or by new words: whoever works it next shows what they do.
      activity.hide();
      throw error;
    } finally {
      activity.end();
    }
  }

  async function setAside(work: Work, error: string): Promise<void> {
    const [{ event, seq }] = work.events;
    await tellDesk(`aside-${seq}`, `An event could not be worked and was put aside: ${error}`);
    if (!shows.wantsReports(event.address.adapter)) return;
    const report = {
      turnId: `turn-${seq}`,
      conversation: event.address,
      intent: "other",
      tier: null,
    } as const;
    const outcome = { model: null, calls: 0, costMicros: 0, outcome: "set_aside", detail: error };
    await store.post(turnReport({ ...report, ...outcome }, deliveryIds(`aside-${seq}`)), now());
  }

  /** Without a mail server a way that needs one is no way. */
  function verifyHintOf(name: string): string | undefined {
    const adapter = adapters.get(name);
    return adapter?.verifiesByMail && !options.mailer ? undefined : adapter?.verifyHint;
  }

  async function tellDesk(key: string, text: string): Promise<void> {
    const to = { adapter: config.desk.adapter, key: config.desk.channel };
    await store.post(
      { id: `notice-${key}`, to, visibility: "public", content: { kind: "notice", text }, fenced: false },
      now(),
    );
    if (pumps.includes(outbox)) outbox.wake();
  }

  async function deliveryFailed({ delivery, conversationId }: TakenDelivery, error: string): Promise<void> {
    // A notice about a notice that failed would go round for ever; what only adorns is not worth one.
    if (QUIET_KINDS.has(delivery.content.kind)) return;
    const talk = conversationId === null ? null : await store.findConversation({ id: conversationId });
    const about = [talk?.ticket && `ticket ${talk.ticket}`, talk?.link].filter(Boolean).join(", ");
    const where = about === "" ? delivery.to.adapter : `${delivery.to.adapter} (${about})`;
    await tellDesk(`failed-${delivery.id}`, `A message could not be delivered to ${where}: ${error}`);
  }

  function startTimers(): Pump {
    return startPump({
      concurrency: 1,
      now,
      nextAt: () => store.nextTimerAt(),
      onError: (error) => log.error({ err: error }, "timers could not be worked; trying again"),
      async take() {
        const timer = await store.takeTimer(now());
        if (!timer) return null;
        return async () => {
          try {
            await runTimer(timer, deskDeps);
            await store.finishTimer(timer);
            outbox.wake();
          } catch (error) {
            log.warn({ err: error, timer: timer.key }, "a timer failed; it will be tried again");
            await store.retryTimer(timer, now() + TIMER_RETRY_MS);
          }
        };
      },
    });
  }

  function hostFor(name: string): Host {
    return {
      intake: inbox.intake,
      memory: {
        get: (key) => store.recall(name, key),
        set: (key, value) => store.remember(name, key, value, now()),
        delete: (key) => store.remember(name, key, null, now()),
        list: (prefix) => store.recallAll(name, prefix),
      },
      activePlaces: (since) => store.activePlaces(name, since),
      lost: lost.resolve,
      ...(role === "worker" && { sendsOnly: true }),
    };
  }

  return {
    model,
    lost: lost.promise,

    async start(platforms) {
      for (const platform of platforms) adapters.set(platform.name, platform);
      if (!queue) await store.recover(now());
      for (const pump of pumps) pump.wake();
      const deps = { log, stopping: stopping.signal };
      for (const platform of platforms) await startPlatform(platform, hostFor(platform.name), deps);
    },

    async drained() {
      const names = [...adapters.keys()];
      for (;;) {
        const { events, deliveries } = await store.pending(names);
        if (events === 0 && deliveries === 0 && pumps.every((pump) => pump.running() === 0)) return;
        for (const pump of pumps) pump.wake();
        await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS));
      }
    },

    async stop() {
      stopping.abort();
      const park = setTimeout(() => {
        inbox.interruptAll();
        parking.abort();
      }, STOP_GRACE_MS);
      for (const pump of pumps) await pump.stop();
      clearTimeout(park);
      for (const platform of adapters.values()) await platform.stop();
      await store.close();
    },
  };
}

function limitsOf({ budgets }: Config): BudgetLimits {
  const micros = (dollars: number) => Math.round(dollars * 1_000_000);
  return {
    perConversation: micros(budgets.per_conversation),
    perCustomerDay: micros(budgets.per_customer_day),
    perDay: micros(budgets.per_day),
  };
}

function linkHostsOf({ shop, knowledge }: Config): ReadonlySet<string> {
  const template = knowledge.article_url?.replaceAll("{id}", "id");
  const own = template !== undefined && URL.canParse(template) ? [new URL(template).host] : [];
  return new Set([...shop.link_hosts, ...own].map((host) => host.toLowerCase()));
}
