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
  for (const table of traces.length > 0 ? await textTables(tx) : []) {
    await rewrite(tx, table, isHeldIn(table, traces), anywhere);
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

interface Table {
  readonly name: Name;
  readonly columns: readonly Column[];
}

interface Column {
  readonly name: Name;
  readonly type: SQL;
}

const MEMORY: Table = { name: sql.identifier("memory"), columns: [columnOf("value", "text")] };
const WORDS: Table = { name: sql.identifier("messages"), columns: [columnOf("text", "text")] };
const EVENTS: Table = { name: sql.identifier("inbox"), columns: [columnOf("event", "jsonb")] };

function columnOf(name: string, type: string): Column {
  return { name: sql.identifier(name), type: sql.raw(type) };
}

async function textTables(tx: Tx): Promise<Table[]> {
  const { rows } = await tx.execute<{ table: string; columns: { name: string; type: string }[] }>(sql`
    select c.table_name as "table",
      json_agg(json_build_object('name', c.column_name, 'type', c.data_type) order by c.ordinal_position) as columns
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.data_type in ('text', 'jsonb')
      and c.table_name <> all(${sql.param(NOT_PERSONAL)}::text[])
    group by c.table_name order by c.table_name`);
  return rows.map(({ table, columns }) => ({
    name: sql.identifier(table),
    columns: columns.map(({ name, type }) => columnOf(name, type)),
  }));
}

function isHeldIn({ columns }: Table, traces: readonly string[]): SQL {
  const held = columns.flatMap(({ name }) =>
    traces.map((trace) => sql`strpos(lower(${name}::text), lower(${trace})) > 0`),
  );
  return sql.join(held, sql` or `);
}

/** Reads the table once, whatever it has of columns: to erase one person may mean to read all there ever was. */
async function rewrite(tx: Tx, table: Table, where: SQL, change: (text: string) => string): Promise<void> {
  const texts = table.columns.map(({ name }) => sql`${name}::text`);
  const { rows } = await tx.execute<{ place: string; texts: (string | null)[] }>(
    sql`select ctid::text as place, json_build_array(${sql.join(texts, sql`, `)}) as texts
      from ${table.name} where ${where}`,
  );
  for (const row of rows) {
    const changes = table.columns.flatMap((column, at) => {
      const text = row.texts[at] ?? null;
      const changed = text === null ? null : change(text);
      return changed === null || changed === text ? [] : [{ column, text: changed }];
    });
    if (changes.length === 0 || (await unlessTaken(tx, table, row.place, changes)) !== null) continue;
    // One of them is a name that another row has already: that one stays as it is.
    let { place } = row;
    for (const one of changes) place = (await unlessTaken(tx, table, place, [one])) ?? place;
  }
}

/** Where the row is after the change; null where the changed text is a name that another row has already. */
async function unlessTaken(
  tx: Tx,
  { name }: Table,
  place: string,
  changes: readonly { readonly column: Column; readonly text: string }[],
): Promise<string | null> {
  const set = changes.map(({ column, text }) => sql`${column.name} = ${text}::${column.type}`);
  const update = sql`
    update ${name} set ${sql.join(set, sql`, `)} where ctid = ${place}::tid returning ctid::text as place`;
  try {
    const { rows } = await tx.transaction((nested) => nested.execute<{ place: string }>(update));
    return rows[0]?.place ?? null;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return null;
  }
}

function isDuplicate(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ((at as { readonly code?: unknown }).code === "23505") return true;
  }
  return false;
}
