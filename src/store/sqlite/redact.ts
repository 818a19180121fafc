import type { SqliteConnection } from "../prepared.ts";
import { GONE } from "./erase.ts";
import type { Person } from "./person.ts";

/** What the shop wrote itself, and what is nobody's words. */
const NOT_PERSONAL: ReadonlySet<string> = new Set([
  "articles",
  "passages",
  "units",
  "embeddings",
  "__drizzle_migrations",
]);

/** An id shorter than this is a word that may stand for anything (the console's `ann`). */
const SHORTEST_ID = 8;

/**
 * A person's e-mail and platform ids, wherever others' words, audit entries or an adapter's memory hold them, and their
 * name in what was said in their own conversations. Runs inside the caller's transaction.
 */
export function redactTraces(connection: SqliteConnection, person: Person): void {
  const { email, accounts, conversations, escalationIds } = person;
  const ids = accounts.map(({ userId }) => userId).filter((id) => id.length >= SHORTEST_ID);
  const traces = [...(email === null ? [] : [email]), ...ids].map(wholeWord);
  forgetAuthors(connection, new Set(accounts.map(({ userId }) => userId)));
  if (traces.length > 0) {
    const anywhere = new RegExp(traces.join("|"), "giu");
    for (const { table, column } of textColumns(connection)) {
      rewrite(connection, table, column, "1", [], (text) => text.replaceAll(anywhere, GONE));
    }
  }
  const names = accounts.map(({ name }) => name.trim()).filter((name) => name.length > 1);
  if (names.length === 0) return;
  const named = new RegExp(names.map(wholeWord).join("|"), "gu");
  const rename = (text: string) => text.replaceAll(named, GONE);
  for (const { id, adapter, key } of conversations) {
    rewrite(connection, "messages", "text", "conversation_id = ?", [id], rename);
    // The thread as staff saw it: their own words there are kept in the inbox as well.
    const there = "adapter = ? and json_extract(event, '$.address.key') = ?";
    rewrite(connection, "inbox", "event", there, [adapter, key], (json) => inBody(json, rename));
  }
  for (const id of escalationIds) {
    rewrite(connection, "inbox", "event", "lane = ?", [`desk:${id}`], (json) => inBody(json, rename));
  }
}

function wholeWord(text: string): string {
  const literal = text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
  return String.raw`(?<![\p{L}\p{N}._%+-])${literal}(?![\p{L}\p{N}_-])`;
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

/** Only in what was said: names of other people are left alone. How staff closed the case is about the person alone. */
function inBody(json: string, rename: (text: string) => string): string {
  const event = JSON.parse(json) as { body?: { text?: unknown; note?: unknown } };
  const { text, note } = event.body ?? {};
  if (typeof text !== "string" && typeof note !== "string") return json;
  const body = {
    ...event.body,
    ...(typeof text === "string" && { text: rename(text) }),
    ...(typeof note === "string" && { note: GONE }),
  };
  return JSON.stringify({ ...event, body });
}

/** Discord's adapter remembers who wrote the last messages, as rows of id, user, name and thread. */
function forgetAuthors(connection: SqliteConnection, users: ReadonlySet<string>): void {
  rewrite(connection, "memory", "value", "key = 'authors'", [], (json) => {
    const rows: unknown = JSON.parse(json);
    if (!Array.isArray(rows)) return json;
    return JSON.stringify(rows.filter((row: unknown) => !Array.isArray(row) || !users.has(String(row[1]))));
  });
}
