import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { backUp } from "../store/backup.ts";
import { databaseOf } from "../store/database-url.ts";

/**
 * `deskhand backup [FILE]`: a copy of the database, also while Deskhand runs. Without FILE it goes into `backups` beside
 * the database, with the time in its name. Neither the configuration nor a migration is needed for it, so the version
 * that is installed can be another one than the one that runs.
 */
export async function runBackup(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { config: { type: "string" }, force: { type: "boolean", default: false } },
  });
  const [file, ...more] = positionals;
  if (more.length > 0) {
    process.stderr.write("One file at most: deskhand backup [FILE] [--force]\n");
    return 2;
  }
  const database = databaseOf(process.env["DATABASE_URL"]);
  if (database.engine === "postgres") {
    process.stderr.write(
      `${database.name} is a PostgreSQL database: use its own tools, such as pg_dump --format=custom --file=deskhand.dump, and pg_restore for the way back.\n`,
    );
    return 1;
  }
  const from = database.path;
  const to = file === undefined ? nameFor(from, new Date()) : resolve(file);
  const { bytes, conversations, articles } = await backUp(from, to, { force: values.force });
  process.stdout.write(
    `${to}: ${(bytes / 1_000_000).toFixed(1)} MB, sound; ${conversations} conversations, ${articles} articles.\n`,
  );
  return 0;
}

function nameFor(database: string, at: Date): string {
  const time = at.toISOString().slice(0, 19).replaceAll(":", "-");
  return join(dirname(database), "backups", `deskhand-${time}Z.db`);
}
