import { and, count, eq, inArray } from "drizzle-orm";

import { conversations, escalations, inbox, outbox } from "../schema-postgres.ts";
import type { Store } from "../store.ts";
import { postgresDesk } from "./desk.ts";
import { postgresInbox } from "./inbox.ts";
import { postgresLedger } from "./ledger.ts";
import { postgresMemory } from "./memory.ts";
import type { OpenedPostgres } from "./open.ts";
import { postgresOutbox } from "./outbox.ts";
import { postgresQueue } from "./queue.ts";
import { postgresTimers } from "./timers.ts";
import { inTransaction } from "./transaction.ts";
import { recoverIn } from "./recover.ts";
import { postgresTurns } from "./turns.ts";
import { postgresVerifications } from "./verifications.ts";

/** The store on one PostgreSQL database, used by any number of processes at once. */
export function postgresStore({ db, pool }: OpenedPostgres): Store {
  const numberOf = async (query: PromiseLike<readonly { readonly n: number }[]>) => (await query)[0]?.n ?? 0;
  return {
    ...postgresInbox(db),
    ...postgresTurns(db),
    ...postgresDesk(db),
    ...postgresOutbox(db),
    ...postgresLedger(db),
    ...postgresTimers(db),
    ...postgresMemory(db),
    ...postgresQueue(db),
    ...postgresVerifications(db),

    // Of several processes none may call this: it would take from the others what they are working on.
    async recover(now) {
      await inTransaction(db, (tx) => recoverIn(tx, now));
    },

    async pending(adapters) {
      const isUnsent = inArray(outbox.state, ["pending", "sending"]);
      return {
        events: await numberOf(db.select({ n: count() }).from(inbox).where(eq(inbox.state, "pending"))),
        deliveries: await numberOf(
          db
            .select({ n: count() })
            .from(outbox)
            .where(and(isUnsent, inArray(outbox.toAdapter, [...adapters]))),
        ),
      };
    },

    async counts() {
      const isOpen = inArray(escalations.status, ["open", "claimed"]);
      return {
        conversations: await numberOf(db.select({ n: count() }).from(conversations)),
        openEscalations: await numberOf(db.select({ n: count() }).from(escalations).where(isOpen)),
        setAside: await numberOf(db.select({ n: count() }).from(inbox).where(eq(inbox.state, "set_aside"))),
      };
    },

    async close() {
      await pool.end();
    },
  };
}
