import type Database from "better-sqlite3";

export type SqliteConnection = Database.Database;

type Statement = ReturnType<SqliteConnection["prepare"]>;

/** Lists of ids make texts of many lengths; whoever is over this number is made anew. */
const MOST_STATEMENTS = 500;

/** The same connection, whose statements are compiled once and not each time that a query is built. */
export function withStatementsKept(connection: SqliteConnection): SqliteConnection {
  const kept = new Map<string, Statement>();
  const prepare = (source: string): Statement => {
    const known = kept.get(source);
    if (known) {
      // drizzle asks for rows as lists where it wants them.
      if (known.reader) known.raw(false);
      return known;
    }
    const statement = connection.prepare(source);
    if (kept.size >= MOST_STATEMENTS) kept.clear();
    kept.set(source, statement);
    return statement;
  };
  return Object.create(connection, { prepare: { value: prepare } }) as SqliteConnection;
}
