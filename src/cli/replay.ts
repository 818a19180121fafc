import { existsSync } from "node:fs";

import { databasePathOf } from "../store/database-path.ts";
import { openSqlite } from "../store/open.ts";
import { replaySetAside } from "../store/sqlite/replay.ts";

/** `deskhand doctor --replay SEQ` or `--replay all`: what was set aside goes back into line, also while Deskhand runs. */
export function runReplay(which: string, out: (text: string) => void): number {
  const seqs = which === "all" ? "all" : which.split(",").map(Number);
  if (seqs !== "all" && !seqs.every((seq) => Number.isSafeInteger(seq) && seq > 0)) {
    out(
      `--replay: "${which}" was given. Allowed: all, or numbers of events as the doctor lists them (12 or 12,15).\n`,
    );
    return 2;
  }
  const path = databasePathOf(process.env["DATABASE_URL"]);
  if (!existsSync(path)) {
    out(`There is no database at ${path}.\n`);
    return 1;
  }
  const { db, connection } = openSqlite(path);
  const back = replaySetAside(db, seqs, Date.now());
  connection.close();
  if (back.length === 0) {
    out(which === "all" ? "No event is set aside.\n" : `No event with the number ${which} is set aside.\n`);
    return which === "all" ? 0 : 1;
  }
  const what = back.length === 1 ? `Event ${back[0]} is` : `Events ${back.join(", ")} are`;
  out(`${what} back in line. Deskhand works them within seconds when it runs, else after its next start.\n`);
  return 0;
}
