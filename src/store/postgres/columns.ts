import { bigint, customType } from "drizzle-orm/pg-core";

/** The kinds of columns that the tables are made of. */
export const text = customType<{ data: string; driverData: string }>({
  dataType: () => "text",
  toDriver: storable,
});

export const json = customType<{ data: unknown; driverData: string }>({
  dataType: () => "jsonb",
  toDriver: (value) =>
    JSON.stringify(value, (_key, held: unknown) => (typeof held === "string" ? storable(held) : held)),
});

/** Times, money and sequence numbers; all of them far below 2^53. */
export function whole(name: string) {
  return bigint(name, { mode: "number" });
}

/** By default and not always: a store that moves here brings its numbers along. */
export function serial(name: string) {
  return whole(name).primaryKey().generatedByDefaultAsIdentity();
}

/**
 * PostgreSQL takes any text but the NUL character, and JSON without halves of surrogate pairs, both of which a platform
 * can send; SQLite takes them all. What it would refuse becomes the replacement character, because a message must not be
 * lost for it. Ids are changed alike when they are written and when they are looked for.
 */
export function storable(text: string): string {
  return text.replaceAll("\0", "\u{FFFD}").toWellFormed();
}
