import type { Pool } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";

import { openPostgres } from "../../src/store/postgres/open.ts";
import { postgresPeople } from "../../src/store/postgres/people.ts";
import { postgresTrace } from "../../src/store/postgres/trace.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres.ts";

/** Rows in each table that grows with traffic. A fifth as many people, each with a conversation, a ticket, an escalation. */
const ROWS = 5_000;
const PEOPLE = ROWS / 5;
/** What an operator asks for is some rows of some tables, and its search may look at a few more. */
const FEW = 300;

let server: PostgresServer;
let url: string;

beforeAll(async () => {
  server = await startPostgres();
  url = await server.newDatabase();
  const { pool } = await openPostgres(url);
  for (const statement of filling()) await pool.query(statement);
  await pool.query("analyze");
  await pool.end();
});
afterAll(() => server?.stop());

it.each([
  ["trace of a turn from long ago", { turn: "turn-77" }],
  ["trace of a conversation by its place", { place: "slack:T1/C1/700" }],
  ["trace of a ticket", { ticket: "T-700" }],
  ["trace of an escalation", { escalation: "E-700" }],
])("a %s reads no table as a whole", async (_name, name) => {
  const read = await rowsReadBy(async (own) => {
    expect(await postgresTrace(own.db).trace(name)).not.toBeNull();
  });
  expect(read).toEqual({});
});

it.each([
  ["e-mail", { email: "c300@example.com" }],
  ["account", { adapter: "slack", userId: "U301" }],
])("an export by %s reads no table as a whole", async (_name, who) => {
  const read = await rowsReadBy(async (own) => {
    const found = await postgresPeople(own.db).exportPerson(who);
    expect(found?.turns).toHaveLength(5);
    expect(found?.deliveries).toHaveLength(10);
  });
  expect(read).toEqual({});
});

/** How many rows of which tables something looked at, where it was more than a few. */
async function rowsReadBy(
  work: (own: Awaited<ReturnType<typeof openPostgres>>) => Promise<void>,
): Promise<Readonly<Record<string, number>>> {
  const own = await openPostgres(`${url}?application_name=counted`);
  const before = await rowsRead(own.pool);
  await work(own);
  await own.pool.end();
  // A connection has said what it read once it is gone.
  const after = await openPostgres(url);
  try {
    for (;;) {
      const { rows } = await after.pool.query(
        "select 1 from pg_stat_activity where application_name = 'counted'",
      );
      if (rows.length === 0) break;
    }
    const counts = await rowsRead(after.pool);
    const read = [...counts].map(([table, n]) => [table, n - (before.get(table) ?? 0)] as const);
    return Object.fromEntries(read.filter(([, n]) => n > FEW));
  } finally {
    await after.pool.end();
  }
}

async function rowsRead(pool: Pool): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<{ table: string; n: string }>(
    `select relname as table, seq_tup_read + coalesce(idx_tup_fetch, 0) as n
     from pg_stat_user_tables where schemaname = 'public'`,
  );
  return new Map(rows.map(({ table, n }) => [table, Number(n)]));
}

function filling(): readonly string[] {
  const rows = `from generate_series(1, ${ROWS}) g cross join lateral (select g % ${PEOPLE} + 1 as who) w`;
  const people = `from generate_series(1, ${PEOPLE}) g`;
  const place = "'T1/C1/' || who";
  const event = `jsonb_build_object(
    'eventId', 'e' || g, 'address', jsonb_build_object('adapter', 'slack', 'key', ${place}), 'visibility', 'public',
    'sender', jsonb_build_object('id', 'U' || who, 'name', 'n', 'role', 'customer'), 'sentAt', g,
    'body', jsonb_build_object('kind', 'message', 'messageId', 'm' || g, 'text', 'words', 'mode', 'dm',
      'opens', true, 'addressed', true, 'attachments', '[]'::jsonb))`;
  const delivery = (id: string, recipient: string, conversation: string) =>
    `insert into outbox (id, lane, to_adapter, to_key, visibility, recipient, content, conversation_id, state, created_at)
     select ${id}, ${place}, 'slack', ${place}, 'public', ${recipient},
       '{"kind": "notice", "text": "words"}', ${conversation}, 'sent', g ${rows}`;
  return [
    `insert into customers (email, created_at) select 'c' || g || '@example.com', g ${people}`,
    `insert into identities (adapter, user_id, customer_id, name) select 'slack', 'U' || g, g, 'n' ${people}`,
    `insert into conversations (adapter, key, visibility, owner_id, customer_id, holder, created_at, updated_at)
     select 'slack', 'T1/C1/' || g, 'public', 'U' || g, g, 'ai', g, g ${people}`,
    `insert into tickets (ticket, conversation_id, customer_id, subject, description, priority, status, created_by, created_at, updated_at)
     select 'T-' || g, g, g, 's', 'd', 'normal', 'resolved', 'ai', g, g ${people}`,
    `insert into ticket_events (ticket, at, actor, kind, detail) select 'T-' || g, g, 'ai', 'created', 'd' ${people}`,
    `insert into escalations (id, conversation_id, customer_id, ticket, customer_name, reason, priority, summary, tried,
       next_step, evidence, status, created_at, desk_adapter, desk_key)
     select 'E-' || g, g, g, 'T-' || g, 'n', 'customer_request', 'normal', 's', '[]', '', '{}', 'resolved', g, 'slack', 'd'
     ${people}`,
    `insert into ratings (conversation_id, score, at) select g, 5, g ${people}`,
    `insert into audit (at, kind, conversation_id, customer_id, detail) select g, 'leak', g, g, 'd' ${people}`,
    `insert into feedback (answer, adapter, user_id, conversation_id, helpful, at)
     select 'turn-' || g || '.1', 'slack', 'U' || who, who, true, g ${rows}`,
    `insert into inbox (adapter, event_id, sender_id, lane, urgent, event, received_at, state, done_at)
     select 'slack', 'e' || g, 'U' || who, 'talk:slack:' || ${place}, false, ${event}, g, 'done', g + 5 ${rows}`,
    `insert into turns (id, conversation_id, customer_id, started_at, finished_at, intent, tier, calls, cost_micros, outcome,
       question, story, article_ids)
     select 'turn-' || g, who, who, g, g + 5, 'question', 1, 1, 100, 'answered', 'q', '{}', '[]' ${rows}`,
    `insert into messages (conversation_id, role, author_id, author_name, text, message_id, created_at)
     select who, 'customer', 'U' || who, 'n', 'words', 'm' || g, g ${rows}`,
    `insert into calls (at, day, conversation_id, customer_id, turn_id, purpose, tier, model, state, micros)
     select g, '2026-11-' || (10 + g % 20), who, who, 'turn-' || g, 'answer', 1, 'm', 'booked', 100 ${rows}`,
    delivery("'turn-' || g || '.1'", "null", "who"),
    // To the person alone, of no conversation, and named after their event.
    delivery("'verify-' || g || '.1'", "'U' || who", "null"),
  ];
}
