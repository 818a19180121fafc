import { setTimeout as pause } from "node:timers/promises";

import { Logger, run, runMigrations, type Runner } from "graphile-worker";
import type { Pool } from "pg";

import type { LaneQueue } from "../storage.ts";

export const TASK = "drain-lane";
/** A new job wakes its process at once. Idle workers look by themselves so seldom because each of them does. */
const POLL_MS = 60_000;
const RESTART_MS = 1_000;

/** Makes the library's own tables, or brings them up to date. */
export async function migrateQueue(pool: Pool): Promise<void> {
  await runMigrations({ pgPool: pool, logger: quiet(() => undefined) });
}

/** Lanes handed out by graphile-worker: a job for each that has something in it, to a process with a hand free. */
export function postgresLaneQueue(pool: Pool): LaneQueue {
  return {
    start(drain, { concurrency, onTrouble }) {
      const stopping = new AbortController();
      let runner: Runner | undefined;

      async function work(): Promise<void> {
        runner = await run({
          pgPool: pool,
          concurrency,
          pollInterval: POLL_MS,
          noHandleSignals: true,
          // Without batches graphile-worker 0.18 does not wait for the end of a job to be written, and a connection that
          // is cut at that moment ends the process.
          preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
          logger: quiet(onTrouble),
          taskList: {
            [TASK]: async (payload, { addJob, job }) => {
              const { lane } = payload as { readonly lane: string };
              if ((await drain(lane)) === "done") return;
              await addJob(TASK, { lane }, { ...(job.key !== null && { jobKey: job.key }) });
            },
          },
        });
        if (stopping.signal.aborted) await runner.stop();
        await runner.promise;
      }

      async function keepWorking(): Promise<void> {
        while (!stopping.signal.aborted) {
          await work().catch(onTrouble);
          await pause(RESTART_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
        }
      }

      const working = keepWorking();
      return {
        async stop() {
          stopping.abort();
          await runner?.stop().catch(() => undefined);
          await working;
        },
      };
    },
  };
}

/** The library's own log, of which only what goes wrong is of interest. */
function quiet(onTrouble: (error: unknown) => void): Logger {
  return new Logger(() => (level, message) => {
    if (level === "error") onTrouble(new Error(message));
  });
}
