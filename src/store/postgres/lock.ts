import { setTimeout as pause } from "node:timers/promises";

import { Client } from "pg";

import { DeskhandError } from "../../errors.ts";
import type { Lock } from "../lock.ts";
import { unusable } from "./unusable.ts";

/** "working" read as a number: held together by all that work a database, alone by whoever must be alone. */
const WORK_LOCK = "8606227331310415463";
const AGAIN_MS = 1_000;

/**
 * A lock on the database that ends with the process. Those that work share it; `alone` is refused while anybody has it,
 * and whoever wants to work waits until it is over. When the connection is cut it is taken again. Throws
 * `database_unusable`.
 */
export async function postgresLock(url: string, name: string, how: "work" | "alone"): Promise<Lock> {
  const held = new AbortController();
  let client = await take().catch((error: unknown) => {
    throw unusable(url, error);
  });

  async function take(): Promise<Client> {
    const taking = new Client({
      connectionString: url,
      application_name: "deskhand lock",
      keepAlive: true,
    });
    taking.on("error", () => undefined);
    await taking.connect();
    if (how === "work") await taking.query("select pg_advisory_lock_shared($1)", [WORK_LOCK]);
    else {
      const { rows } = await taking.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [
        WORK_LOCK,
      ]);
      if (rows[0]?.taken !== true) {
        await taking.end();
        throw new DeskhandError(
          "database_unusable",
          `Deskhand is running on ${name}. Stop every process of it first.`,
        );
      }
    }
    taking.once("end", () => void takeAgain());
    return taking;
  }

  async function takeAgain(): Promise<void> {
    while (!held.signal.aborted) {
      try {
        client = await take();
        if (held.signal.aborted) await client.end();
        return;
      } catch {
        await pause(AGAIN_MS, undefined, { signal: held.signal, ref: false }).catch(() => undefined);
      }
    }
  }

  return {
    async release() {
      held.abort();
      await client.end();
    },
  };
}
