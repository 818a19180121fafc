import { existsSync } from "node:fs";

import { databaseOf } from "../store/database-url.ts";
import { openStorage } from "../store/open-storage.ts";

/** `deskhand doctor --replay SEQ` or `--replay all`: what was set aside goes back into line, also while Deskhand runs. */
export async function runReplay(which: string, out: (text: string) => void): Promise<number> {
  const seqs = which === "all" ? "all" : which.split(",").map(Number);
  if (seqs !== "all" && !seqs.every((seq) => Number.isSafeInteger(seq) && seq > 0)) {
    out(
      `--replay: "${which}" was given. Allowed: all, or numbers of events as the doctor lists them (12 or 12,15).\n`,
    );
    return 2;
  }
  const url = process.env["DATABASE_URL"];
  const database = databaseOf(url);
  if (database.engine === "sqlite" && !existsSync(database.path)) {
    out(`There is no database at ${database.path}.\n`);
    return 1;
  }
  const storage = await openStorage(url);
  const back = await storage.replaySetAside(seqs, Date.now());
  await storage.close();
  if (back.length === 0) {
    out(which === "all" ? "No event is set aside.\n" : `No event with the number ${which} is set aside.\n`);
    return which === "all" ? 0 : 1;
  }
  const what = back.length === 1 ? `Event ${back[0]} is` : `Events ${back.join(", ")} are`;
  out(`${what} back in line. Deskhand works them within seconds when it runs, else after its next start.\n`);
  return 0;
}
