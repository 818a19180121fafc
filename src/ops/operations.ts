import type { Adapter } from "../adapter.ts";
import type { App } from "../app.ts";
import type { Config } from "../config/schema.ts";
import type { ModelHealth } from "../models/choose.ts";
import type { Store } from "../store/store.ts";
import type { WatchStore } from "../store/watch-port.ts";
import { countedStore } from "./counted-store.ts";
import type { Readiness } from "./http.ts";
import type { Log } from "./log.ts";

export interface OperationsDeps {
  readonly config: Pick<Config, "ops" | "budgets">;
  readonly watch: WatchStore;
  readonly log: Log;
  readonly now: () => number;
}

/** How a running Deskhand is looked at from outside. */
export interface Operations {
  /** What the app works with, so that it is counted. */
  watched(store: Store): Store;
  /** The app with its pages: they answer from before the platforms are reached until after they are left. */
  served(app: App): App;
}

const NOTHING: Operations = { watched: (store) => store, served: (app) => app };

/** Nothing of it is loaded, counted or listened to unless `ops.http` is set. */
export async function openOperations({ config, watch, log, now }: OperationsDeps): Promise<Operations> {
  const { http } = config.ops;
  if (!http) return NOTHING;
  const [{ createPrometheus }, { startOpsHttp }] = await Promise.all([
    import("./prometheus.ts"),
    import("./http.ts"),
  ]);
  let running: { readonly app: App; readonly platforms: readonly Adapter[] } | null = null;
  const platforms = () =>
    (running?.platforms ?? []).map((platform) => ({
      name: platform.name,
      holds: platform.holds,
      connected: started && (platform.isConnected?.() ?? true),
    }));
  let started = false;
  const modelHealth = () => running?.app.model.health() ?? "working";
  const prometheus = createPrometheus({
    waitingNow: () => watch.waitingNow(now()),
    modelHealth,
    dayLimit: Math.round(config.budgets.per_day * 1_000_000),
    platforms,
    now,
  });
  return {
    watched: (store) => countedStore(store, { metrics: prometheus.metrics, watch, now }),
    served: (app) => {
      let server: Awaited<ReturnType<typeof startOpsHttp>> | undefined;
      return {
        ...app,
        async start(adapters) {
          running = { app, platforms: adapters };
          server = await startOpsHttp(http, {
            readiness: () =>
              readinessOf({ watch, platforms: platforms(), model: modelHealth(), started, now }),
            metrics: async () => ({ contentType: prometheus.contentType, text: await prometheus.page() }),
          });
          log.info({ host: http.host, port: server.port }, "operations: /healthz, /readyz, /metrics");
          await app.start(adapters);
          started = true;
        },
        async stop() {
          started = false;
          try {
            await app.stop();
          } finally {
            await server?.close();
          }
        },
      };
    },
  };
}

interface LookedAt {
  readonly watch: WatchStore;
  readonly platforms: readonly {
    readonly name: string;
    readonly holds: string | undefined;
    readonly connected: boolean;
  }[];
  readonly model: ModelHealth;
  readonly started: boolean;
  readonly now: () => number;
}

/** A model that cannot be reached is named, but is no reason to send nobody here: customers are served without it. */
async function readinessOf({ watch, platforms, model, started, now }: LookedAt): Promise<Readiness> {
  const database = await watch.waitingNow(now()).then(
    () => "ok",
    () => "does not answer",
  );
  const checks: Record<string, string> = { database, model: MODEL_WORDS[model] };
  for (const { name, holds, connected } of platforms) {
    const state = connected ? "connected" : "not connected";
    checks[name] = holds === undefined ? state : `${state}, ${holds}`;
  }
  const ready = started && database === "ok" && platforms.every(({ connected }) => connected);
  return { ready, checks };
}

const MODEL_WORDS: Readonly<Record<ModelHealth, string>> = {
  working: "ok",
  unreachable: "unreachable, breaker open: customers are answered from the help centre",
  not_allowed: "Claude does not let us in: each customer gets a person",
};
