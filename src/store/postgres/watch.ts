import { type SQL, sql } from "drizzle-orm";

import { dayOf } from "../derived.ts";
import type { WaitingNow, WatchStore } from "../watch-port.ts";
import type { PostgresDb } from "./open.ts";

/** Read from PostgreSQL. The statements are plain, because which index each of them goes by matters more than its form. */
export function postgresWatch(db: PostgresDb): WatchStore {
  async function one<T extends Record<string, unknown>>(query: SQL): Promise<T | undefined> {
    return (await db.execute(query)).rows[0] as T | undefined;
  }

  return {
    async waitingNow(now): Promise<WaitingNow> {
      const row = await one<NowRow>(waiting(dayOf(now)));
      return {
        events: Number(row?.events ?? 0),
        oldestEventAt: numberOr(row?.oldest_event),
        deliveries: Number(row?.deliveries ?? 0),
        oldestDeliveryAt: numberOr(row?.oldest_delivery),
        failedDeliveries: Number(row?.failed ?? 0),
        escalations: { open: Number(row?.open ?? 0), claimed: Number(row?.claimed ?? 0) },
        oldestOpenEscalationAt: numberOr(row?.oldest_open),
        spentToday: Number(row?.spent ?? 0),
      };
    },

    async waitingSince(given) {
      const said = await one<Said>("delivery" in given ? answer(given.delivery) : staffWords(given.staffIn));
      if (!said) return null;
      return numberOr((await one<{ readonly at: string | null }>(asked(said)))?.at);
    },

    async escalationOpenedAt(id) {
      const query = sql`select created_at as at from escalations where id = ${id}`;
      return numberOr((await one<{ readonly at: string }>(query))?.at);
    },
  };
}

/** Counts and times are 64 bit wide, which the driver gives as text. */
type NowRow = Readonly<
  Record<
    | "events"
    | "oldest_event"
    | "deliveries"
    | "oldest_delivery"
    | "failed"
    | "open"
    | "claimed"
    | "oldest_open"
    | "spent",
    string | null
  >
>;
type Said = { readonly id: string; readonly conversation: string };

function numberOr(given: string | null | undefined): number | null {
  return given === null || given === undefined ? null : Number(given);
}

function waiting(day: string): SQL {
  return sql`
    select i.n as events, i.oldest as oldest_event, o.n as deliveries, o.oldest as oldest_delivery,
      (select count(*) from outbox where state = 'failed') as failed,
      e.n as open, e.oldest as oldest_open,
      (select count(*) from escalations where status = 'claimed') as claimed,
      (select micros from spending where day = ${day}) as spent
    from (select count(*) as n, min(received_at) as oldest from inbox where state = 'pending') i,
      (select count(*) as n, min(created_at) as oldest from outbox where state in ('pending', 'sending')) o,
      (select count(*) as n, min(created_at) as oldest from escalations where status = 'open') e`;
}

function answer(delivery: string): SQL {
  return sql`
    select m.id, m.conversation_id as conversation
    from outbox o join messages m on m.conversation_id = o.conversation_id and m.message_id = o.id
    where o.id = ${delivery} and m.role = 'ai'`;
}

function staffWords(conversationId: number): SQL {
  return sql`
    select id, conversation_id as conversation from messages
    where conversation_id = ${conversationId} and role = 'staff' order by id desc limit 1`;
}

function asked({ id, conversation }: Said): SQL {
  return sql`
    select min(created_at) as at from messages
    where conversation_id = ${conversation} and id < ${id} and role in ('customer', 'member') and id > coalesce(
      (select max(id) from messages
       where conversation_id = ${conversation} and id < ${id} and role in ('ai', 'staff')), 0)`;
}
