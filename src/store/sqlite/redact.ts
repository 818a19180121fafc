import type { SqliteConnection } from "../prepared.ts";
import type { Person } from "../person.ts";
import { redactedBody, redactionOf, withoutAuthors } from "../redaction.ts";

/** What the shop wrote itself, and what is nobody's words. */
const NOT_PERSONAL: ReadonlySet<string> = new Set([
  "articles",
  "passages",
  "units",
  "embeddings",
  "__drizzle_migrations",
]);

/**
 * A person's e-mail and platform ids, wherever others' words, audit entries or an adapter's memory hold them, and their
 * name in what was said in their own conversations. Runs inside the caller's transaction.
 */
export function redactTraces(connection: SqliteConnection, person: Person): void {
  const users = new Set(person.accounts.map(({ userId }) => userId));
  rewrite(connection, "memory", "value", "key = 'authors'", [], (json) => withoutAuthors(json, users));
  const { traces, anywhere, rename } = redactionOf(person);
  if (traces.length > 0) {
    for (const { table, column } of textColumns(connection)) {
      rewrite(connection, table, column, "1", [], anywhere);
    }
  }
  if (!rename) return;
  const inThread = (json: string) => redactedBody(json, rename);
  for (const { id, adapter, key } of person.conversations) {
    rewrite(connection, "messages", "text", "conversation_id = ?", [id], rename);
    // The thread as staff saw it: their own words there are kept in the inbox as well.
    const there = "adapter = ? and json_extract(event, '$.address.key') = ?";
    rewrite(connection, "inbox", "event", there, [adapter, key], inThread);
  }
  for (const id of person.escalationIds) {
    rewrite(connection, "inbox", "event", "lane = ?", [`desk:${id}`], inThread);
  }
}

function textColumns(connection: SqliteConnection): { table: string; column: string }[] {
  const tables = connection
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
    .pluck()
    .all() as string[];
  return tables
    .filter((table) => !NOT_PERSONAL.has(table) && !table.startsWith("passages_fts"))
    .flatMap((table) => {
      const columns = connection.pragma(`table_info(${table})`) as { name: string; type: string }[];
      return columns
        .filter(({ type }) => type.toLowerCase() === "text")
        .map(({ name }) => ({ table, column: name }));
    });
}

function rewrite(
  connection: SqliteConnection,
  table: string,
  column: string,
  where: string,
  values: readonly (string | number)[],
  change: (text: string) => string,
): void {
  const rows = connection
    .prepare(
      `select rowid as id, "${column}" as text from "${table}" where "${column}" is not null and ${where}`,
    )
    .all(...values) as { id: number; text: string }[];
  const update = connection.prepare(`update or ignore "${table}" set "${column}" = ? where rowid = ?`);
  for (const { id, text } of rows) {
    const changed = change(text);
    if (changed !== text) update.run(changed, id);
  }
}
