import { type App, createApp } from "../app.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { EscalationReason } from "../domain.ts";
import type { Knowledge } from "../knowledge/knowledge.ts";
import type { KnowledgeIndex } from "../knowledge/index-port.ts";
import type { Log } from "../ops/log.ts";
import type { ReportStore } from "../store/reports-port.ts";
import type { Store, TurnRecord } from "../store/store.ts";
import { REPLAY, REPLAY_DESK, type ReplayPlatform, replayPlatform } from "./platform.ts";

/** The real core on a database of its own, with a platform that nobody reads and a clock that can be put forward. */
export interface ReplayCore {
  readonly app: App;
  readonly platform: ReplayPlatform;
  now(): number;
  putForward(ms: number): void;
  /** Turns that were committed and not been taken yet, in order. */
  takeTurns(): readonly CommittedTurn[];
  stop(): Promise<void>;
}

export interface CommittedTurn {
  /** The events that it was about. */
  readonly eventIds: readonly string[];
  readonly conversationId: number;
  readonly record: TurnRecord;
  /** Why a person was called in this turn; null when none was. */
  readonly escalated: EscalationReason | null;
  readonly escalationId: string | null;
  readonly tools: readonly string[];
  readonly ticket: string | null;
}

export interface CoreParts {
  readonly loaded: LoadedConfig;
  readonly env: NodeJS.ProcessEnv;
  /** Made for this replay; the core closes it. Never the operator's. */
  readonly store: Store;
  readonly reports: ReportStore;
  readonly index: KnowledgeIndex;
  readonly knowledge?: Knowledge;
  readonly log: Log;
}

/** Everything as configured, but nobody waits: no quiet window, and no limit of messages a minute. */
export async function startCore({ store, loaded, ...parts }: CoreParts): Promise<ReplayCore> {
  const platform = replayPlatform();
  let ahead = 0;
  const now = () => Date.now() + ahead;
  let turns: CommittedTurn[] = [];
  const watched: Store = {
    ...store,
    async commitTurn(work, changes, expect, at) {
      const ended = await store.commitTurn(work, changes, expect, at);
      if (ended === "committed" && changes.turn) {
        turns.push({
          eventIds: work.events.map(({ event }) => event.eventId),
          conversationId: changes.conversationId,
          record: changes.turn,
          escalated: changes.openEscalation?.reason ?? null,
          escalationId: changes.openEscalation?.id ?? null,
          tools: toolsIn(changes.turn),
          ticket: changes.turn.ticket,
        });
      }
      return ended;
    },
  };
  const config = {
    ...loaded.config,
    desk: { ...loaded.config.desk, adapter: REPLAY, channel: REPLAY_DESK },
    conversation: { ...loaded.config.conversation, quiet_window_ms: 0, messages_per_minute: 10_000 },
  };
  const app = createApp({ ...parts, loaded: { ...loaded, config }, store: watched, mailer: null, now });
  await app.start([platform]);
  return {
    app,
    platform,
    now,
    putForward(ms) {
      ahead += ms;
    },
    takeTurns() {
      const taken = turns;
      turns = [];
      return taken;
    },
    stop: () => app.stop(),
  };
}

/** The tools that worked in a turn, each once. The search before the first model call is code's and not among them. */
function toolsIn({ story }: TurnRecord): readonly string[] {
  const used = story["tools"];
  if (!Array.isArray(used)) return [];
  const names = used.flatMap((tool: { name?: unknown; ok?: unknown } | null) =>
    typeof tool?.name === "string" && tool.ok === true ? [tool.name] : [],
  );
  return [...new Set(names)];
}
