import type { SqliteDb } from "../open.ts";

export { toConversation, toEscalation, toMessage, toTicket } from "../rows.ts";

/** A database or a transaction on it: what the steps inside a store method work with. */
export type Tx = Parameters<Parameters<SqliteDb["transaction"]>[0]>[0];
