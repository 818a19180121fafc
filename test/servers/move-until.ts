/**
 * Moves a store until a step, and ends there as `kill -9` would: `node move-until.ts FILE URL STEP`. A step is a batch that
 * was written or a table that was compared.
 */
import { moveStore } from "../../src/store/migrate/index.ts";
import { openSqlite } from "../../src/store/open.ts";
import { openPostgres } from "../../src/store/postgres/open.ts";

const [source = "", url = "", last = ""] = process.argv.slice(2);
let steps = 0;
await moveStore(openSqlite(source), await openPostgres(url), {
  source,
  target: "the target",
  now: Date.now,
  batch: 5,
  onStep() {
    steps += 1;
    if (steps === Number(last)) process.kill(process.pid, "SIGKILL");
  },
});
process.stdout.write(`${steps} steps\n`);
process.exit(0);
