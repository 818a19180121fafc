import { and, eq, inArray, isNull, sql } from "drizzle-orm";

import { talkLane } from "../../lanes.ts";
import type { Erased } from "../people-port.ts";
import type { Person } from "../person.ts";
import { emptied, erasedDetail, GONE } from "../redaction.ts";
import {
  audit,
  conversations,
  customers,
  escalations,
  feedback,
  identities,
  inbox,
  lanes,
  memory,
  messages,
  outbox,
  ratings,
  ticketEvents,
  tickets,
  timers,
  turns,
  verifications,
} from "../schema.ts";
import { inParts } from "./person.ts";
import type { Tx } from "./rows.ts";

/** Takes a person's own rows out of every table, or empties them where something else counts on the row. */
export function eraseRows(tx: Tx, person: Person, now: number): Erased {
  const conversationIds = person.conversations.map(({ id }) => id);
  const erased: Erased = {
    messages: eraseMessages(tx, person),
    events: eraseEvents(tx, person, now),
    deliveries: count(person.deliveries, (ids) => tx.delete(outbox).where(inArray(outbox.id, ids)).run()),
    turns: eraseTurns(tx, person),
    tickets: eraseTickets(tx, person),
    escalations: eraseEscalations(tx, person, now),
    ratings: count(conversationIds, (ids) =>
      tx.delete(ratings).where(inArray(ratings.conversationId, ids)).run(),
    ),
    feedback: count(person.accounts, (accounts) =>
      changed(
        accounts.map(({ adapter, userId }) =>
          tx
            .delete(feedback)
            .where(and(eq(feedback.adapter, adapter), eq(feedback.userId, userId)))
            .run(),
        ),
      ),
    ),
    verifications: eraseVerifications(tx, person),
    conversations: eraseConversations(tx, person),
    accounts: eraseAccounts(tx, person),
  };
  forgetDeliveries(tx, person);
  tx.insert(audit)
    .values({ at: now, kind: "customer_erased", customerId: person.customerId, detail: erasedDetail(erased) })
    .run();
  return erased;
}

/** Their own words wherever they stand, and in their own conversations what was said to them by the AI or by code. */
function eraseMessages(tx: Tx, { accounts, conversations: own, turnIds }: Person): number {
  const byThem = count(accounts, (some) =>
    changed(
      some.map(({ adapter, userId }) =>
        tx
          .delete(messages)
          .where(
            and(
              sql`(${messages.authorId} = ${userId} or ${messages.recipientId} = ${userId})`,
              inArray(
                messages.conversationId,
                tx
                  .select({ id: conversations.id })
                  .from(conversations)
                  .where(eq(conversations.adapter, adapter)),
              ),
            ),
          )
          .run(),
      ),
    ),
  );
  const ofTheirTurns = count([...turnIds], (ids) =>
    tx.delete(messages).where(inArray(messages.turnId, ids)).run(),
  );
  const toThem = count(own, (some) =>
    changed(
      some.map(({ id, ownerId }) =>
        tx
          .delete(messages)
          .where(
            and(
              eq(messages.conversationId, id),
              sql`(${messages.authorId} = ${ownerId} or (${messages.role} in ('ai', 'system') and ${isNull(messages.turnId)}))`,
            ),
          )
          .run(),
      ),
    ),
  );
  return byThem + ofTheirTurns + toThem;
}

function eraseEvents(tx: Tx, { seqs }: Person, now: number): number {
  const rows = inParts([...seqs], (part) =>
    tx
      .select({ seq: inbox.seq, event: inbox.event, lane: inbox.lane })
      .from(inbox)
      .where(inArray(inbox.seq, part))
      .all(),
  );
  for (const { seq, event } of rows) {
    tx.update(inbox)
      .set({ event: emptied(event), senderId: GONE, lane: GONE, state: "done", error: null })
      .where(eq(inbox.seq, seq))
      .run();
    tx.update(inbox)
      .set({ doneAt: now })
      .where(and(eq(inbox.seq, seq), isNull(inbox.doneAt)))
      .run();
  }
  for (const lane of new Set(rows.map((row) => row.lane))) closeLane(tx, lane);
  return rows.length;
}

/** A lane is named after its place; where others' events wait it is still needed. */
function closeLane(tx: Tx, lane: string): void {
  const waits = tx
    .select({ seq: inbox.seq })
    .from(inbox)
    .where(and(eq(inbox.lane, lane), eq(inbox.state, "pending")))
    .limit(1)
    .get();
  if (!waits) tx.delete(lanes).where(eq(lanes.lane, lane)).run();
}

/** What they asked and what was looked for; that a turn was answered, and how, stays for the report. */
function eraseTurns(tx: Tx, { turnIds }: Person): number {
  return count([...turnIds], (ids) =>
    tx
      .update(turns)
      .set({ question: "", detail: null, story: {}, articleIds: [] })
      .where(inArray(turns.id, ids))
      .run(),
  );
}

function eraseTickets(tx: Tx, { tickets: numbers }: Person): number {
  count(numbers, (part) =>
    tx
      .update(ticketEvents)
      .set({ detail: GONE })
      .where(and(inArray(ticketEvents.ticket, part), inArray(ticketEvents.kind, ["created", "note"])))
      .run(),
  );
  return count(numbers, (part) =>
    tx
      .update(tickets)
      .set({ subject: GONE, description: GONE, email: null })
      .where(inArray(tickets.ticket, part))
      .run(),
  );
}

/** One that waits is closed: there is nobody left to help. */
function eraseEscalations(tx: Tx, { escalationIds }: Person, now: number): number {
  const ids = [...escalationIds];
  count(ids, (part) =>
    tx
      .update(escalations)
      .set({ status: "resolved", closedAt: now })
      .where(and(inArray(escalations.id, part), inArray(escalations.status, ["open", "claimed"])))
      .run(),
  );
  count(ids, (part) => tx.delete(timers).where(inArray(timers.ref, part)).run());
  return count(ids, (part) =>
    tx
      .update(escalations)
      .set({
        customerName: GONE,
        summary: GONE,
        tried: [],
        nextStep: "",
        evidence: {},
        closedNote: null,
        version: sql`${escalations.version} + 1`,
      })
      .where(inArray(escalations.id, part))
      .run(),
  );
}

function eraseVerifications(tx: Tx, { accounts, email }: Person): number {
  const byAccount = count(accounts, (some) =>
    changed(
      some.map(({ adapter, userId }) =>
        tx
          .delete(verifications)
          .where(and(eq(verifications.adapter, adapter), eq(verifications.userId, userId)))
          .run(),
      ),
    ),
  );
  if (email === null) return byAccount;
  return byAccount + tx.delete(verifications).where(eq(verifications.email, email)).run().changes;
}

/** The row stays for the ledger, at no place any more: whoever goes on there begins a conversation of their own. */
function eraseConversations(tx: Tx, { conversations: own }: Person): number {
  for (const { id, adapter, key } of own) {
    tx.update(conversations)
      .set({
        key: `${GONE}${id}`,
        link: null,
        ownerId: GONE,
        holder: "ai",
        ticket: null,
        escalationId: null,
        epoch: sql`${conversations.epoch} + 1`,
      })
      .where(eq(conversations.id, id))
      .run();
    tx.delete(timers)
      .where(and(eq(timers.kind, "resolve_quiet"), eq(timers.ref, String(id))))
      .run();
    closeLane(tx, talkLane(adapter, key));
  }
  return own.length;
}

function eraseAccounts(tx: Tx, { customerId, accounts }: Person): number {
  if (customerId === null) return 0;
  tx.delete(identities).where(eq(identities.customerId, customerId)).run();
  tx.update(customers).set({ email: null }).where(eq(customers.id, customerId)).run();
  return accounts.length;
}

/** Where an adapter had come to with a delivery that is gone. */
function forgetDeliveries(tx: Tx, { deliveries }: Person): void {
  count(deliveries, (ids) =>
    tx
      .delete(memory)
      .where(
        inArray(
          memory.key,
          ids.map((id) => `sent:${id}`),
        ),
      )
      .run(),
  );
}

function count<T>(all: readonly T[], run: (part: T[]) => { readonly changes: number }): number {
  return inParts(all, (part) => [run(part).changes]).reduce((sum, n) => sum + n, 0);
}

function changed(results: readonly { readonly changes: number }[]): { readonly changes: number } {
  return { changes: results.reduce((sum, { changes }) => sum + changes, 0) };
}
