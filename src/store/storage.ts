import type { KnowledgeIndex, VectorStore } from "../knowledge/index-port.ts";
import type { Lock } from "./lock.ts";
import type { PeopleStore } from "./people-port.ts";
import type { ReportStore } from "./reports-port.ts";
import type { Store } from "./store.ts";
import type { TraceStore } from "./trace-port.ts";
import type { WatchStore } from "./watch-port.ts";

/**
 * Asks one of several processes to work a lane, as soon as something has come into it. The tables are the truth: a lane
 * that nobody was asked for, because a process died at the wrong moment, is found by looking.
 */
export interface LaneQueue {
  /**
   * Hands out lanes, at most `concurrency` at once, to this process among others. The same lane may be handed out
   * twice. `drain` never rejects; `unfinished` has somebody else asked. Trouble passes by itself; `stop` resolves when
   * every drain has ended.
   */
  start(
    drain: (lane: string) => Promise<"done" | "unfinished">,
    options: { readonly concurrency: number; readonly onTrouble: (error: unknown) => void },
  ): { stop(): Promise<void> };
}

/** All ports of one database, whichever engine holds it. */
export interface Storage {
  /** Where it is, for people; never with a password. */
  readonly place: string;
  /** How work finds one of the processes that share the database; null when it is this process's own. */
  readonly queue: LaneQueue | null;
  readonly store: Store;
  readonly index: KnowledgeIndex & VectorStore;
  readonly reports: ReportStore;
  readonly people: PeopleStore;
  readonly trace: TraceStore;
  readonly watch: WatchStore;
  /**
   * Puts events that were set aside back into line, with all their tries before them; returns their numbers, oldest
   * first. They are worked before what waits in their lane now. The running program finds them by itself. What is not
   * set aside is left as it is.
   */
  replaySetAside(which: readonly number[] | "all", now: number): Promise<readonly number[]>;
  /**
   * Held by a process for as long as it works the database; `alone` for what nobody else may work beside. Throws
   * `database_unusable` when another process is in the way. It is gone with the process, however that ends.
   */
  lock(how: "work" | "alone"): Promise<Lock>;
  /** Also ends `store`. Safe to call again. */
  close(): Promise<void>;
}
