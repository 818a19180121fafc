import { and, asc, desc, eq, gt, inArray, isNotNull, lte, min, sql } from "drizzle-orm";

import type { InboundEvent } from "../../domain.ts";
import { burstOf, inSpokenOrder, isTalk, LARGEST_BURST, readyAfter, urgentOf } from "../burst.ts";
import { inbox, lanes } from "../schema-postgres.ts";
import type { AcceptOptions, Store, WaitingEvent, Work } from "../store.ts";
import { bindEmail } from "./customers.ts";
import type { PostgresDb } from "./open.ts";
import { first, inTransaction, leasing, type Tx } from "./transaction.ts";
import { wakeLane } from "./wake-lane.ts";

/** `src/desk/resume.ts` names them so. */
const isAgain = sql`${inbox.eventId} like 'again-%'`;

type InboxStore = Pick<
  Store,
  "acceptEvent" | "claimWork" | "nextWorkAt" | "renewWork" | "returnWork" | "setAside"
>;

/** The inbox: what came in, in order by lane, leased to one worker of one process at a time. */
export function postgresInbox(db: PostgresDb): InboxStore {
  return {
    async acceptEvent(event, options) {
      // Most of what comes twice came long ago: no lock for it.
      if (await isKnown(db, event)) return "duplicate";
      return inTransaction(db, async (tx) => {
        await lockLanes(tx, [options.lane]);
        return accept(tx, event, options);
      });
    },

    async claimWork(owner, now, leaseMs, lane) {
      return leasing(db, now, (tx, at) => claim(tx, owner, at, leaseMs, lane));
    },

    async nextWorkAt(lane) {
      const at = sql<string | null>`min(greatest(${lanes.readyAt}, ${lanes.leaseUntil}))`;
      const row = await first(
        db
          .select({ at })
          .from(lanes)
          .where(and(isNotNull(lanes.readyAt), isNamed(lane))),
      );
      return row?.at == null ? null : Number(row.at);
    },

    async renewWork(work, until) {
      await leasing(db, until, async (tx, leaseUntil) => {
        await tx.update(lanes).set({ leaseUntil }).where(isHeld(work));
      });
    },

    async returnWork(work, at, error) {
      await inTransaction(db, async (tx) => {
        if (!(await holds(tx, work))) return;
        if (error !== undefined) {
          await tx
            .update(inbox)
            .set({ error, attempts: sql`${inbox.attempts} + 1` })
            .where(inArray(inbox.seq, seqsOf(work)));
        }
        await tx.update(lanes).set({ readyAt: at, leaseUntil: 0, leaseOwner: null }).where(isHeld(work));
      });
    },

    async setAside(work, error, now) {
      await inTransaction(db, async (tx) => {
        if (!(await holds(tx, work))) return;
        await tx
          .update(inbox)
          .set({ state: "set_aside", error, doneAt: now })
          .where(inArray(inbox.seq, seqsOf(work)));
        await releaseLane(tx, work, now);
      });
    },
  };
}

async function isKnown(db: PostgresDb, event: InboundEvent): Promise<boolean> {
  const row = await first(
    db
      .select({ seq: inbox.seq })
      .from(inbox)
      .where(and(eq(inbox.adapter, event.address.adapter), eq(inbox.eventId, event.eventId))),
  );
  return row !== undefined;
}

/**
 * Locks lanes, made when they are new, in the order of their names. Whoever writes into a lane holds its lock from
 * before the event has its number until the commit: so the numbers of a lane become visible in their order, and a worker
 * that commits knows of everything that came before.
 */
export async function lockLanes(tx: Tx, names: readonly string[]): Promise<void> {
  for (const lane of [...new Set(names)].toSorted()) {
    const known = await first(tx.select().from(lanes).where(eq(lanes.lane, lane)).for("update"));
    if (known) continue;
    await tx.insert(lanes).values({ lane }).onConflictDoNothing();
    await tx.select().from(lanes).where(eq(lanes.lane, lane)).for("update");
  }
}

/** Writes an event unless it is there already, and makes its lane ready. The caller has locked the lane. */
export async function accept(
  tx: Tx,
  event: InboundEvent,
  options: AcceptOptions,
): Promise<"accepted" | "duplicate"> {
  const applied = event.body.kind === "identity";
  const inserted = await tx
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
    .returning({ seq: inbox.seq });
  if (inserted.length === 0) return "duplicate";
  if (event.body.kind === "identity") {
    await bindEmail(tx, event, event.body.email, event.body.method, options.now);
    return "accepted";
  }
  const lane = await first(tx.select().from(lanes).where(eq(lanes.lane, options.lane)));
  const firstAt = lane?.firstAt ?? options.now;
  const retryAt = lane?.readyAt && (await hasFailed(tx, options.lane)) ? lane.readyAt : 0;
  const readyAt = readyAfter(options, firstAt, retryAt);
  await tx.update(lanes).set({ readyAt, firstAt }).where(eq(lanes.lane, options.lane));
  await wakeLane(tx, options.lane);
  return "accepted";
}

async function hasFailed(tx: Tx, lane: string): Promise<boolean> {
  const failed = await first(
    tx
      .select({ seq: inbox.seq })
      .from(inbox)
      .where(and(eq(inbox.lane, lane), eq(inbox.state, "pending"), gt(inbox.attempts, 0)))
      .limit(1),
  );
  return failed !== undefined;
}

/** A lane that another process is looking at this moment is passed over: it is theirs, or ready still the next time. */
async function claim(
  tx: Tx,
  owner: string,
  now: number,
  leaseMs: number,
  name?: string,
): Promise<Work | null> {
  const lane = await first(
    tx
      .select()
      .from(lanes)
      .where(and(lte(lanes.readyAt, now), lte(lanes.leaseUntil, now), isNamed(name)))
      .orderBy(asc(lanes.readyAt))
      .limit(1)
      .for("update", { skipLocked: true }),
  );
  if (!lane) return null;
  const isLane = eq(lanes.lane, lane.lane);
  const rows = await tx
    .select()
    .from(inbox)
    .where(and(eq(inbox.lane, lane.lane), eq(inbox.state, "pending")))
    // What is to be worked again was said before all that waits.
    .orderBy(desc(isAgain), asc(inbox.seq))
    .limit(LARGEST_BURST);
  const burst = burstOf(inSpokenOrder(rows));
  if (!burst) {
    await tx.update(lanes).set({ readyAt: null, firstAt: null }).where(isLane);
    return null;
  }
  const fence = lane.fence + 1;
  // What comes from now on is a burst of its own, with a quiet window of its own.
  const lease = { fence, leaseOwner: owner, leaseUntil: now + leaseMs, firstAt: null };
  await tx.update(lanes).set(lease).where(isLane);
  // What of the same sender cannot wait is brought forward, because it changes what this turn may say.
  const urgent = isTalk(burst[0]) ? await urgentAfter(tx, lane.lane, burst) : [];
  return { lane: lane.lane, fence, events: [...burst, ...urgent] };
}

export async function isOvertaken(tx: Tx, work: Work): Promise<boolean> {
  return isTalk(work.events[0]) && (await urgentAfter(tx, work.lane, work.events)).length > 0;
}

async function urgentAfter(tx: Tx, lane: string, burst: Work["events"]): Promise<WaitingEvent[]> {
  const later = await tx
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
    .orderBy(asc(inbox.seq));
  return urgentOf(later);
}

/** Marks the events done and frees the lane for what came after them. Only for whoever `holds` it. */
export async function finishWork(tx: Tx, work: Work, now: number): Promise<void> {
  await tx
    .update(inbox)
    .set({ state: "done", doneAt: now, error: null })
    .where(inArray(inbox.seq, seqsOf(work)));
  await releaseLane(tx, work, now);
}

/** Whether the lease is still this worker's; locks the lane, so that it stays so until the commit. */
export async function holds(tx: Tx, work: Work): Promise<boolean> {
  const query = tx.select({ lane: lanes.lane }).from(lanes).where(isHeld(work)).for("update");
  return (await first(query)) !== undefined;
}

async function releaseLane(tx: Tx, work: Work, now: number): Promise<void> {
  const left = await first(
    tx
      .select({ oldest: min(inbox.receivedAt) })
      .from(inbox)
      .where(and(eq(inbox.lane, work.lane), eq(inbox.state, "pending"))),
  );
  const oldest = left?.oldest ?? null;
  const waiting = await first(
    tx.select({ readyAt: lanes.readyAt }).from(lanes).where(eq(lanes.lane, work.lane)),
  );
  await tx
    .update(lanes)
    .set({
      leaseUntil: 0,
      leaseOwner: null,
      firstAt: oldest,
      readyAt: oldest === null ? null : Math.max(waiting?.readyAt ?? now, oldest),
    })
    .where(isHeld(work));
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
