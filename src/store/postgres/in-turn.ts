import type { Pool } from "pg";

/** "embedder" read as a number: held by the process that works out vectors. */
const TURN_LOCK = "7308605957907703154";

/**
 * See `VectorStore.inTurn`. The turn is one connection's of the pool, kept from others of this process for as long as
 * `work` runs: `work` needs a second one.
 */
export async function inTurn(pool: Pool, work: () => Promise<void>): Promise<"done" | "elsewhere"> {
  const client = await pool.connect();
  let isSound = false;
  try {
    const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [
      TURN_LOCK,
    ]);
    if (rows[0]?.taken !== true) {
      isSound = true;
      return "elsewhere";
    }
    try {
      await work();
    } finally {
      // What was done is done, even if the connection was cut meanwhile; the lock went with it then.
      isSound = await client.query("select pg_advisory_unlock($1)", [TURN_LOCK]).then(
        () => true,
        () => false,
      );
    }
    return "done";
  } finally {
    client.release(!isSound);
  }
}
