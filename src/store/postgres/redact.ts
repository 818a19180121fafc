import { type Name, type SQL, sql } from "drizzle-orm";

import type { Person } from "../person.ts";
import { redactedBody, redactionOf, withoutAuthors } from "../redaction.ts";
import type { Tx } from "./transaction.ts";

/** What the shop wrote itself, and what is nobody's words. */
const NOT_PERSONAL = ["articles", "passages", "passage_words", "units", "embeddings"];

/**
 * A person's e-mail and platform ids, wherever others' words, audit entries or an adapter's memory hold them, and their
 * name in what was said in their own conversations. Runs inside the caller's transaction.
 */
export async function redactTraces(tx: Tx, person: Person): Promise<void> {
  const users = new Set(person.accounts.map(({ userId }) => userId));
  await rewrite(tx, MEMORY, sql`key = 'authors'`, (json) => withoutAuthors(json, users));
  const { traces, anywhere, rename } = redactionOf(person);
  for (const column of traces.length > 0 ? await textColumns(tx) : []) {
    const isHeld = traces.map((trace) => sql`strpos(lower(${column.name}::text), lower(${trace})) > 0`);
    await rewrite(tx, column, sql.join(isHeld, sql` or `), anywhere);
  }
  if (!rename) return;
  const inThread = (json: string) => redactedBody(json, rename);
  for (const { id, adapter, key } of person.conversations) {
    await rewrite(tx, WORDS, sql`conversation_id = ${id}`, rename);
    // The thread as staff saw it: their own words there are kept in the inbox as well.
    const there = sql`adapter = ${adapter} and event #>> '{address,key}' = ${key}`;
    await rewrite(tx, EVENTS, there, inThread);
  }
  for (const id of person.escalationIds) {
    await rewrite(tx, EVENTS, sql`lane = ${`desk:${id}`}`, inThread);
  }
}

interface Column {
  readonly table: Name;
  readonly name: Name;
  readonly type: SQL;
}

const MEMORY: Column = columnOf("memory", "value", "text");
const WORDS: Column = columnOf("messages", "text", "text");
const EVENTS: Column = columnOf("inbox", "event", "jsonb");

function columnOf(table: string, name: string, type: string): Column {
  return { table: sql.identifier(table), name: sql.identifier(name), type: sql.raw(type) };
}

async function textColumns(tx: Tx): Promise<Column[]> {
  const { rows } = await tx.execute<{ table: string; name: string; type: string }>(sql`
    select c.table_name as "table", c.column_name as name, c.data_type as type
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.data_type in ('text', 'jsonb')
      and c.table_name <> all(${sql.param(NOT_PERSONAL)}::text[])
    order by c.table_name, c.ordinal_position`);
  return rows.map(({ table, name, type }) => columnOf(table, name, type));
}

async function rewrite(tx: Tx, column: Column, where: SQL, change: (text: string) => string): Promise<void> {
  const { table, name, type } = column;
  const { rows } = await tx.execute<{ place: string; text: string }>(
    sql`select ctid::text as place, ${name}::text as text from ${table} where ${name} is not null and (${where})`,
  );
  for (const { place, text } of rows) {
    const changed = change(text);
    if (changed === text) continue;
    const update = sql`update ${table} set ${name} = ${changed}::${type} where ctid = ${place}::tid`;
    await unlessTaken(tx, update);
  }
}

/** Where the changed text is a name that another row has already, the row stays as it is. */
async function unlessTaken(tx: Tx, update: SQL): Promise<void> {
  try {
    await tx.transaction(async (nested) => nested.execute(update));
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}

function isDuplicate(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ((at as { readonly code?: unknown }).code === "23505") return true;
  }
  return false;
}
