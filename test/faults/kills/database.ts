import Database from "better-sqlite3";
import { Client } from "pg";

import { configSchema } from "../../../src/config/schema.ts";
import { resolveModel } from "../../../src/models/catalogue.ts";
import { priceOf } from "../../../src/models/prices.ts";
import type { ClaudeServer } from "../../servers/claude.ts";
import { databaseIn } from "./shop.ts";

/** A look into the program's own database from beside it, in the SQL that both engines know. */
export interface Books {
  rows<Row>(sql: string): Promise<readonly Row[]>;
  /** What the engine itself finds wrong with its file. */
  integrity(): Promise<readonly string[]>;
}

export function sqliteBooks(folder: string): Books {
  const read = <T>(look: (db: Database.Database) => T): T => {
    const db = new Database(databaseIn(folder), { readonly: true, timeout: 5_000 });
    try {
      return look(db);
    } finally {
      db.close();
    }
  };
  const words = (rows: readonly unknown[]) => rows.map((row) => (row as unknown[]).join(" "));
  return {
    rows: async <Row>(sql: string) => read((db) => db.prepare(sql).all() as Row[]),
    integrity: async () =>
      read((db) => [
        ...words(db.prepare("pragma integrity_check").raw().all()).filter((line) => line !== "ok"),
        ...words(db.prepare("pragma foreign_key_check").raw().all()).map(
          (row) => `foreign key broken: ${row}`,
        ),
      ]),
  };
}

/** Each look has a connection of its own: others are cut on purpose. PostgreSQL holds its keys by itself. */
export function postgresBooks(url: string): Books {
  return {
    async rows<Row>(sql: string) {
      const client = new Client({ connectionString: url, application_name: "looks on" });
      await client.connect();
      try {
        return (await client.query(sql)).rows as Row[];
      } finally {
        await client.end();
      }
    },
    integrity: async () => [],
  };
}

/** True when nothing waits to be worked or delivered. */
export async function isAtRest(books: Books): Promise<boolean> {
  const waiting =
    "select (select count(*) from inbox where state = 'pending') + (select count(*) from outbox where state in ('pending', 'sending')) as n";
  const [row] = await books.rows<{ readonly n: number | string }>(waiting);
  return Number(row?.n) === 0;
}

/** What is wrong in the database itself, whatever the platform was. */
export async function databaseViolations(books: Books): Promise<string[]> {
  const none = async (what: string, sql: string) =>
    (await books.rows<object>(sql)).map((row) => `${what}: ${Object.values(row).join(" ")}`);
  const found = [
    await none("not worked", "select seq, state, error from inbox where state <> 'done'"),
    await none(
      "not delivered",
      // A reminder that comes due while the program stops is sent after the next start.
      `select id, state, error from outbox where state not in ('sent', 'cancelled')
         and not (state = 'pending' and attempts = 0 and id like 'remind-%')`,
    ),
    await none("two tickets", "select conversation_id, count(*) from tickets group by 1 having count(*) > 1"),
    await none(
      "two escalations",
      "select conversation_id, count(*) from escalations group by 1 having count(*) > 1",
    ),
    await none("an escalation without a card", "select id from escalations where card_message_id is null"),
    await none(
      "an escalation without a ticket",
      "select id from escalations where ticket not in (select ticket from tickets)",
    ),
  ];
  return [...(await books.integrity()), ...found.flat()];
}

interface CallRow {
  readonly model: string;
  readonly state: string;
  /** PostgreSQL's driver gives large numbers as text. */
  readonly micros: number | string;
  readonly usage: string;
}

/**
 * The ledger against the model server's own count: each answer that was booked is one that the server gave, with its
 * tokens; each call that the server saw and that is not booked stands in the ledger with its worst cost.
 */
export async function ledgerViolations(books: Books, claude: ClaudeServer): Promise<string[]> {
  const rows = await books.rows<CallRow>(
    "select model, state, micros, input_tokens || '/' || cache_write_5m_tokens || '/' || cache_write_1h_tokens || '/' || cache_read_tokens || '/' || output_tokens as usage from calls",
  );
  const calls = rows.map((row) => ({ ...row, micros: Number(row.micros) }));
  // What answers while Claude cannot be reached in time is no call of the server, and free.
  const isStandIn = ({ model, micros }: (typeof calls)[number]) => model === "offline" && micros === 0;
  const booked = calls.filter((call) => call.state === "booked" && !isStandIn(call));
  const reserved = calls.filter(({ state }) => state === "reserved");
  const answered = claude.usages.map(usageText);
  const wrong: string[] = [];
  for (const call of booked) {
    const at = answered.indexOf(call.usage);
    if (at === -1) wrong.push(`booked, but not given by the server: ${call.model} ${call.usage}`);
    else answered.splice(at, 1);
  }
  if (claude.requests.length > booked.length + reserved.length) {
    wrong.push(
      `the server saw ${claude.requests.length} calls, the ledger has ${booked.length} + ${reserved.length}`,
    );
  }
  const held = reserved.reduce((sum, { micros }) => sum + micros, 0);
  // At the price of the small model: the server's usages do not say which it was.
  const lost = answered.reduce((sum, usage) => sum + leastPriceOf(usage), 0);
  if (lost > held)
    wrong.push(`calls that were not booked cost at least ${lost} micros, only ${held} are held for them`);
  return [
    ...wrong,
    ...reserved.filter(({ micros }) => micros <= 0).map(() => "a reserved call stands at no cost"),
  ];
}

export async function ledgerCounts(
  books: Books,
  claude: ClaudeServer,
): Promise<Readonly<Record<string, number>>> {
  const states = await books.rows<{ readonly state: string; readonly n: number | string }>(
    "select state, count(*) as n from calls group by state",
  );
  const count = (state: string) => Number(states.find((row) => row.state === state)?.n ?? 0);
  return { modelCalls: claude.requests.length, booked: count("booked"), leftReserved: count("reserved") };
}

function usageText(usage: Readonly<Record<string, unknown>>): string {
  const cached = (usage["cache_creation"] ?? {}) as Readonly<Record<string, unknown>>;
  return [
    usage["input_tokens"],
    cached["ephemeral_5m_input_tokens"] ?? 0,
    cached["ephemeral_1h_input_tokens"] ?? 0,
    usage["cache_read_input_tokens"] ?? 0,
    usage["output_tokens"],
  ].join("/");
}

function leastPriceOf(usage: string): number {
  const [
    inputTokens = 0,
    cacheWrite5mTokens = 0,
    cacheWrite1hTokens = 0,
    cacheReadTokens = 0,
    outputTokens = 0,
  ] = usage.split("/").map(Number);
  const { models } = configSchema.parse({ shop: { name: "Acme" } });
  const { row } = resolveModel(models.tier1, models, Date.now());
  return priceOf(row, { inputTokens, cacheWrite5mTokens, cacheWrite1hTokens, cacheReadTokens, outputTokens });
}
