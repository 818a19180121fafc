import Database from "better-sqlite3";

import { configSchema } from "../../../src/config/schema.ts";
import { resolveModel } from "../../../src/models/catalogue.ts";
import { priceOf } from "../../../src/models/prices.ts";
import type { ClaudeServer } from "../../servers/claude.ts";
import { databaseIn } from "./shop.ts";

/** A read of the program's own file, beside it. */
export function readDatabase<T>(folder: string, read: (db: Database.Database) => T): T {
  const db = new Database(databaseIn(folder), { readonly: true, timeout: 5_000 });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** True when nothing waits to be worked or delivered. */
export function isAtRest(folder: string): boolean {
  const waiting =
    "select (select count(*) from inbox where state = 'pending') + (select count(*) from outbox where state in ('pending', 'sending')) as n";
  return readDatabase(folder, (db) => (db.prepare(waiting).get() as { n: number }).n === 0);
}

/** What is wrong in the file itself, whatever the platform was. */
export function databaseViolations(folder: string): string[] {
  return readDatabase(folder, (db) => {
    const rows = (sql: string) =>
      db
        .prepare(sql)
        .raw()
        .all()
        .map((row) => (row as unknown[]).join(" "));
    const none = (what: string, sql: string) => rows(sql).map((row) => `${what}: ${row}`);
    return [
      ...rows("pragma integrity_check").filter((line) => line !== "ok"),
      ...none("foreign key broken", "pragma foreign_key_check"),
      ...none("not worked", "select seq, state, error from inbox where state <> 'done'"),
      ...none(
        "not delivered",
        "select id, state, error from outbox where state not in ('sent', 'cancelled')",
      ),
      ...none("two tickets", "select conversation_id, count(*) from tickets group by 1 having count(*) > 1"),
      ...none(
        "two escalations",
        "select conversation_id, count(*) from escalations group by 1 having count(*) > 1",
      ),
      ...none("an escalation without a card", "select id from escalations where card_message_id is null"),
      ...none(
        "an escalation without a ticket",
        "select id from escalations where ticket not in (select ticket from tickets)",
      ),
    ];
  });
}

interface CallRow {
  readonly model: string;
  readonly state: string;
  readonly micros: number;
  readonly usage: string;
}

/**
 * The ledger against the model server's own count: each answer that was booked is one that the server gave, with its
 * tokens; each call that the server saw and that is not booked stands in the ledger with its worst cost.
 */
export function ledgerViolations(folder: string, claude: ClaudeServer): string[] {
  const calls = readDatabase(
    folder,
    (db) =>
      db
        .prepare(
          "select model, state, micros, input_tokens || '/' || cache_write_5m_tokens || '/' || cache_write_1h_tokens || '/' || cache_read_tokens || '/' || output_tokens as usage from calls",
        )
        .all() as CallRow[],
  );
  const booked = calls.filter(({ state }) => state === "booked");
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

export function ledgerCounts(folder: string, claude: ClaudeServer): Readonly<Record<string, number>> {
  const count = (state: string) =>
    readDatabase(
      folder,
      (db) => (db.prepare("select count(*) as n from calls where state = ?").get(state) as { n: number }).n,
    );
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
