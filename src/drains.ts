import type { Inbox } from "./inbox.ts";
import type { Log } from "./ops/log.ts";
import type { Pump } from "./pump.ts";
import type { LaneQueue } from "./store/storage.ts";

/**
 * Lanes that this process is asked to drain, as work like any other. As many wait or are worked at once as the inbox
 * works side by side: a process that has its hands full is asked no more, and another one is.
 */
export function startDrains(
  queue: LaneQueue,
  inbox: Pick<Inbox, "drain" | "stopDraining">,
  { concurrency, log }: { readonly concurrency: number; readonly log: Log },
): Pump {
  let underWay = 0;
  let started: ReturnType<LaneQueue["start"]> | undefined;
  return {
    wake() {
      started ??= queue.start(
        async (lane) => {
          underWay += 1;
          try {
            return await inbox.drain(lane);
          } finally {
            underWay -= 1;
          }
        },
        { concurrency, onTrouble: (error) => log.warn({ err: error }, "the queue of lanes had trouble") },
      );
    },
    running: () => underWay,
    async stop() {
      inbox.stopDraining();
      await started?.stop();
    },
  };
}
