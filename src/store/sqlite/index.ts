import { and, count, eq, gt, inArray } from "drizzle-orm";

import type { OpenedSqlite } from "../open.ts";
import { conversations, escalations, inbox, lanes, outbox } from "../schema.ts";
import type { Store } from "../store.ts";
import { sqliteDesk } from "./desk.ts";
import { inGroups } from "./group-commit.ts";
import { sqliteInbox } from "./inbox.ts";
import { sqliteLedger } from "./ledger.ts";
import { sqliteMemory } from "./memory.ts";
import { sqliteOutbox } from "./outbox.ts";
import { sqliteQueue } from "./queue.ts";
import { sqliteTimers } from "./timers.ts";
import { sqliteTurns } from "./turns.ts";
import { sqliteVerifications } from "./verifications.ts";

/** Twice the longest pause between two tries. */
const LONGEST_WAIT_MS = 10 * 60_000;

/** The store on one SQLite file, used by one process. */
export function sqliteStore({ db, connection }: OpenedSqlite): Store {
  const store: Store = {
    ...sqliteInbox(db),
    ...sqliteTurns(db),
    ...sqliteDesk(db),
    ...sqliteOutbox(db),
    ...sqliteLedger(db),
    ...sqliteTimers(db),
    ...sqliteMemory(db),
    ...sqliteQueue(db),
    ...sqliteVerifications(db),

    async recover(now) {
      db.transaction((tx) => {
        tx.update(lanes).set({ leaseUntil: 0, leaseOwner: null }).run();
        // The clock was set back while nobody ran: nothing waits that long.
        const tooLate = now + LONGEST_WAIT_MS;
        tx.update(lanes).set({ readyAt: now }).where(gt(lanes.readyAt, tooLate)).run();
        tx.update(outbox).set({ notBefore: now }).where(gt(outbox.notBefore, tooLate)).run();
        tx.update(outbox).set({ leaseUntil: now, maybeSent: true }).where(eq(outbox.state, "sending")).run();
      });
    },

    async pending(adapters) {
      const events = db.select({ n: count() }).from(inbox).where(eq(inbox.state, "pending")).get();
      const deliveries = db
        .select({ n: count() })
        .from(outbox)
        .where(and(inArray(outbox.state, ["pending", "sending"]), inArray(outbox.toAdapter, [...adapters])))
        .get();
      return { events: events?.n ?? 0, deliveries: deliveries?.n ?? 0 };
    },

    async counts() {
      const all = db.select({ n: count() }).from(conversations).get();
      const open = db
        .select({ n: count() })
        .from(escalations)
        .where(inArray(escalations.status, ["open", "claimed"]))
        .get();
      const aside = db.select({ n: count() }).from(inbox).where(eq(inbox.state, "set_aside")).get();
      return { conversations: all?.n ?? 0, openEscalations: open?.n ?? 0, setAside: aside?.n ?? 0 };
    },

    async close() {
      connection.close();
    },
  };
  return inGroups(store, connection);
}
