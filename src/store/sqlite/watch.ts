import type { SqliteConnection } from "../prepared.ts";
import type { WaitingNow, WatchStore } from "../watch-port.ts";

/** Read from SQLite. The statements are plain, because which index each of them goes by matters more than its form. */
export function sqliteWatch(connection: SqliteConnection): WatchStore {
  // `cross join` keeps SQLite at the few lanes in which something waits, and away from all events there ever were.
  const events = connection.prepare<[], Oldest>(
    `select count(*) as n, min(inbox.received_at) as oldest
     from lanes cross join inbox on inbox.lane = lanes.lane and inbox.state = 'pending'
     where lanes.ready_at >= 0`,
  );
  const deliveries = connection.prepare<[], Oldest>(
    "select count(*) as n, min(created_at) as oldest from outbox where state in ('pending', 'sending')",
  );
  const failed = connection.prepare<[], Oldest>(
    "select count(*) as n, null as oldest from outbox where state = 'failed'",
  );
  const escalated = connection.prepare<[string], Oldest>(
    "select count(*) as n, min(created_at) as oldest from escalations where status = ?",
  );
  const spent = connection.prepare<[string], { readonly micros: number }>(
    "select coalesce(sum(micros), 0) as micros from calls where day = ? and state <> 'void'",
  );
  const answer = connection.prepare<[string], Said>(
    `select messages.id, messages.conversation_id as conversationId
     from outbox join messages
       on messages.conversation_id = outbox.conversation_id and messages.message_id = outbox.id
     where outbox.id = ? and messages.role = 'ai'`,
  );
  const staffWords = connection.prepare<[number], Said>(
    `select id, conversation_id as conversationId from messages
     where conversation_id = ? and role = 'staff' order by id desc limit 1`,
  );
  const asked = connection.prepare<[number, number, number, number], { readonly at: number | null }>(
    `select min(created_at) as at from messages
     where conversation_id = ? and id < ? and role in ('customer', 'member') and id > coalesce(
       (select max(id) from messages where conversation_id = ? and id < ? and role in ('ai', 'staff')), 0)`,
  );
  const opened = connection.prepare<[string], { readonly at: number }>(
    "select created_at as at from escalations where id = ?",
  );

  return {
    async waitingNow(now): Promise<WaitingNow> {
      const [inbox, outbox, open] = [events.get(), deliveries.get(), escalated.get("open")];
      return {
        events: inbox?.n ?? 0,
        oldestEventAt: inbox?.oldest ?? null,
        deliveries: outbox?.n ?? 0,
        oldestDeliveryAt: outbox?.oldest ?? null,
        failedDeliveries: failed.get()?.n ?? 0,
        escalations: { open: open?.n ?? 0, claimed: escalated.get("claimed")?.n ?? 0 },
        oldestOpenEscalationAt: open?.oldest ?? null,
        spentToday: spent.get(new Date(now).toISOString().slice(0, 10))?.micros ?? 0,
      };
    },

    async waitingSince(given) {
      const said = "delivery" in given ? answer.get(given.delivery) : staffWords.get(given.staffIn);
      if (!said) return null;
      const { id, conversationId } = said;
      return asked.get(conversationId, id, conversationId, id)?.at ?? null;
    },

    async escalationOpenedAt(id) {
      return opened.get(id)?.at ?? null;
    },
  };
}

interface Oldest {
  readonly n: number;
  readonly oldest: number | null;
}

interface Said {
  readonly id: number;
  readonly conversationId: number;
}
