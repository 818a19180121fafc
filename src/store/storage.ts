import type { KnowledgeIndex, VectorStore } from "../knowledge/index-port.ts";
import type { Lock } from "./lock.ts";
import type { PeopleStore } from "./people-port.ts";
import type { ReportStore } from "./reports-port.ts";
import type { Store } from "./store.ts";
import type { TraceStore } from "./trace-port.ts";
import type { WatchStore } from "./watch-port.ts";

/** All ports of one database, whichever engine holds it. */
export interface Storage {
  /** Where it is, for people; never with a password. */
  readonly place: string;
  /** True when any number of processes may work it at once; false when it is this process's own. */
  readonly isShared: boolean;
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
