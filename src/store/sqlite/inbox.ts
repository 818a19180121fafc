import { and, asc, desc, eq, gt, inArray, isNotNull, lte, min, sql } from "drizzle-orm";

import type { InboundEvent } from "../../domain.ts";
import {
  burstOf,
  inSpokenOrder,
  isTalk,
  LARGEST_BURST,
  readyAfter,
  urgentOf,
  type WaitingRow,
} from "../burst.ts";
import type { SqliteDb } from "../open.ts";
import { inbox, lanes } from "../schema.ts";
import type { AcceptOptions, Store, WaitingEvent, Work } from "../store.ts";
import { bindEmail } from "./customers.ts";
import type { Tx } from "./rows.ts";

/** `src/desk/resume.ts` names them so. */
const isAgain = sql`${inbox.eventId} like 'again-%'`;

type InboxStore = Pick<
  Store,
  "acceptEvent" | "claimWork" | "nextWorkAt" | "renewWork" | "returnWork" | "setAside"
>;

/** The inbox: what came in, in order by lane, leased to one worker at a time. */
export function sqliteInbox(db: SqliteDb): InboxStore {
  return {
    async acceptEvent(event, options) {
      return db.transaction((tx) => accept(tx, event, options), { behavior: "immediate" });
    },

    async claimWork(owner, now, leaseMs, lane) {
      return db.transaction((tx) => claim(tx, owner, now, leaseMs, lane), { behavior: "immediate" });
    },

    async nextWorkAt(lane) {
      const ready = sql<number>`min(max(${lanes.readyAt}, ${lanes.leaseUntil}))`;
      const row = db
        .select({ at: ready })
        .from(lanes)
        .where(and(isNotNull(lanes.readyAt), isNamed(lane)))
        .get();
      return row?.at ?? null;
    },

    async renewWork(work, until) {
      db.update(lanes).set({ leaseUntil: until }).where(isHeld(work)).run();
    },

    async returnWork(work, at, error) {
      db.transaction((tx) => {
        if (!holds(tx, work)) return;
        if (error !== undefined) {
          tx.update(inbox)
            .set({ error, attempts: sql`${inbox.attempts} + 1` })
            .where(inArray(inbox.seq, seqsOf(work)))
            .run();
        }
        tx.update(lanes).set({ readyAt: at, leaseUntil: 0, leaseOwner: null }).where(isHeld(work)).run();
      });
    },

    async setAside(work, error, now) {
      db.transaction((tx) => {
        if (!holds(tx, work)) return;
        tx.update(inbox)
          .set({ state: "set_aside", error, doneAt: now })
          .where(inArray(inbox.seq, seqsOf(work)))
          .run();
        releaseLane(tx, work, now);
      });
    },
  };
}

/** Writes an event unless it is there already, and makes its lane ready. */
export function accept(tx: Tx, event: InboundEvent, options: AcceptOptions): "accepted" | "duplicate" {
  const applied = event.body.kind === "identity";
  const inserted = tx
    .insert(inbox)
    .values({
      adapter: event.address.adapter,
      eventId: event.eventId,
      senderId: event.sender.id,
      lane: options.lane,
      urgent: options.urgent,
      event,
      receivedAt: options.now,
      state: applied ? "done" : "pending",
      doneAt: applied ? options.now : null,
    })
    .onConflictDoNothing()
    .run();
  if (inserted.changes === 0) return "duplicate";
  if (event.body.kind === "identity") {
    bindEmail(tx, event, event.body.email, event.body.method, options.now);
    return "accepted";
  }
  const lane = tx.select().from(lanes).where(eq(lanes.lane, options.lane)).get();
  const firstAt = lane?.firstAt ?? options.now;
  const retryAt = lane?.readyAt && hasFailed(tx, options.lane) ? lane.readyAt : 0;
  const readyAt = readyAfter(options, firstAt, retryAt);
  tx.insert(lanes)
    .values({ lane: options.lane, readyAt, firstAt })
    .onConflictDoUpdate({ target: lanes.lane, set: { readyAt, firstAt } })
    .run();
  return "accepted";
}

function hasFailed(tx: Tx, lane: string): boolean {
  const failed = tx
    .select({ seq: inbox.seq })
    .from(inbox)
    .where(and(eq(inbox.lane, lane), eq(inbox.state, "pending"), gt(inbox.attempts, 0)))
    .limit(1)
    .get();
  return failed !== undefined;
}

function claim(tx: Tx, owner: string, now: number, leaseMs: number, name?: string): Work | null {
  const lane = tx
    .select()
    .from(lanes)
    .where(and(lte(lanes.readyAt, now), lte(lanes.leaseUntil, now), isNamed(name)))
    .orderBy(asc(lanes.readyAt))
    .limit(1)
    .get();
  if (!lane) return null;
  const rows = tx
    .select()
    .from(inbox)
    .where(and(eq(inbox.lane, lane.lane), eq(inbox.state, "pending")))
    // What is to be worked again was said before all that waits.
    .orderBy(desc(isAgain), asc(inbox.seq))
    .limit(LARGEST_BURST)
    .all();
  const events = oneTurn(tx, lane.lane, rows);
  if (!events) {
    tx.update(lanes).set({ readyAt: null, firstAt: null }).where(eq(lanes.lane, lane.lane)).run();
    return null;
  }
  const fence = lane.fence + 1;
  tx.update(lanes)
    // What comes from now on is a burst of its own, with a quiet window of its own.
    .set({ fence, leaseOwner: owner, leaseUntil: now + leaseMs, firstAt: null })
    .where(eq(lanes.lane, lane.lane))
    .run();
  return { lane: lane.lane, fence, events };
}

/** A burst; what of the same sender cannot wait is brought forward, because it changes what this turn may say. */
function oneTurn(tx: Tx, lane: string, rows: readonly WaitingRow[]): Work["events"] | null {
  const burst = burstOf(inSpokenOrder(rows));
  if (!burst || !isTalk(burst[0])) return burst;
  return [...burst, ...urgentAfter(tx, lane, burst)];
}

export function isOvertaken(tx: Tx | SqliteDb, work: Work): boolean {
  return isTalk(work.events[0]) && urgentAfter(tx, work.lane, work.events).length > 0;
}

/** What came after a burst from its sender and changes it; a change to a message that still waits goes with that. */
function urgentAfter(tx: Tx | SqliteDb, lane: string, burst: Work["events"]): WaitingEvent[] {
  const later = tx
    .select()
    .from(inbox)
    .where(
      and(
        eq(inbox.lane, lane),
        eq(inbox.state, "pending"),
        eq(inbox.senderId, burst[0].event.sender.id),
        gt(inbox.seq, Math.max(...burst.map((waiting) => waiting.seq))),
      ),
    )
    .orderBy(asc(inbox.seq))
    .all();
  return urgentOf(later);
}

/** Marks the events done and frees the lane for what came after them. False when the lease had been lost. */
export function finishWork(tx: Tx, work: Work, now: number): boolean {
  if (!holds(tx, work)) return false;
  tx.update(inbox)
    .set({ state: "done", doneAt: now, error: null })
    .where(inArray(inbox.seq, seqsOf(work)))
    .run();
  releaseLane(tx, work, now);
  return true;
}

export function holds(tx: Tx, work: Work): boolean {
  return tx.select({ lane: lanes.lane }).from(lanes).where(isHeld(work)).get() !== undefined;
}

function releaseLane(tx: Tx, work: Work, now: number): void {
  const left = tx
    .select({ oldest: min(inbox.receivedAt) })
    .from(inbox)
    .where(and(eq(inbox.lane, work.lane), eq(inbox.state, "pending")))
    .get();
  const oldest = left?.oldest ?? null;
  const waiting = tx.select({ readyAt: lanes.readyAt }).from(lanes).where(eq(lanes.lane, work.lane)).get();
  tx.update(lanes)
    .set({
      leaseUntil: 0,
      leaseOwner: null,
      firstAt: oldest,
      readyAt: oldest === null ? null : Math.max(waiting?.readyAt ?? now, Math.min(oldest, now)),
    })
    .where(isHeld(work))
    .run();
}

function isNamed(lane: string | undefined) {
  return lane === undefined ? undefined : eq(lanes.lane, lane);
}

function isHeld(work: Work) {
  return and(eq(lanes.lane, work.lane), eq(lanes.fence, work.fence));
}

function seqsOf(work: Work): number[] {
  return work.events.map((waiting) => waiting.seq);
}
