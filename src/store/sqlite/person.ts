import { and, eq, inArray, or, sql, type SQL } from "drizzle-orm";

import { emailKey } from "../../customers/orders.ts";
import { talkLane } from "../../lanes.ts";
import type { SqliteDb } from "../open.ts";
import type { PersonKey } from "../people-port.ts";
import {
  conversations,
  customers,
  escalations,
  identities,
  inbox,
  outbox,
  tickets,
  turns,
  verifications,
} from "../schema.ts";
import type { Tx } from "./rows.ts";

type Conversation = typeof conversations.$inferSelect;

/** Where the traces of one person are. */
export interface Person {
  /** Null for an e-mail that was never proved: somebody only asked for a code. */
  readonly customerId: number | null;
  readonly email: string | null;
  readonly accounts: readonly (typeof identities.$inferSelect)[];
  /** Those that they opened. */
  readonly conversations: readonly Conversation[];
  /** Numbers of the events that they sent; what followed from an event is named after it. */
  readonly seqs: ReadonlySet<number>;
  readonly turnIds: ReadonlySet<string>;
  readonly escalationIds: ReadonlySet<string>;
  readonly tickets: readonly string[];
  /** Ids of deliveries to them and about them, copies for staff included. */
  readonly deliveries: readonly string[];
}

/** Finds a person in the store. Null when there is no trace of them. */
export function findPerson(db: SqliteDb | Tx, who: PersonKey): Person | null {
  const customer = customerFor(db, who);
  const email = customer?.email ?? ("email" in who ? emailKey(who.email) : null);
  const accounts = customer
    ? db.select().from(identities).where(eq(identities.customerId, customer.id)).all()
    : [];
  const asked = db
    .select({ id: verifications.id })
    .from(verifications)
    .where(eq(verifications.email, email ?? ""))
    .limit(1)
    .get();
  if (!customer && !asked) return null;
  const id = customer?.id ?? -1;
  const own = db.select().from(conversations).where(eq(conversations.customerId, id)).all();
  const turnIds = idsOf(db.select({ id: turns.id }).from(turns).where(eq(turns.customerId, id)).all());
  const escalationIds = idsOf(
    db.select({ id: escalations.id }).from(escalations).where(eq(escalations.customerId, id)).all(),
  );
  const ownTickets = db
    .select({ ticket: tickets.ticket })
    .from(tickets)
    .where(or(eq(tickets.customerId, id), email === null ? undefined : eq(tickets.email, email)))
    .all();
  const seqs = new Set([...seqsOf(db, accounts, own), ...[...turnIds].map((turn) => Number(turn.slice(5)))]);
  return {
    customerId: customer?.id ?? null,
    email,
    accounts,
    conversations: own,
    seqs,
    turnIds,
    escalationIds,
    tickets: ownTickets.map(({ ticket }) => ticket),
    deliveries: deliveriesOf(db, { accounts, own, seqs, escalationIds }),
  };
}

function customerFor(db: SqliteDb | Tx, who: PersonKey) {
  if ("email" in who) {
    return db
      .select()
      .from(customers)
      .where(eq(customers.email, emailKey(who.email)))
      .get();
  }
  return db
    .select({ id: customers.id, email: customers.email, createdAt: customers.createdAt })
    .from(identities)
    .innerJoin(customers, eq(customers.id, identities.customerId))
    .where(and(eq(identities.adapter, who.adapter), eq(identities.userId, who.userId)))
    .get();
}

/** Also of accounts that are linked no more: what they said in this person's conversations was said as this person. */
function seqsOf(db: SqliteDb | Tx, accounts: Person["accounts"], own: readonly Conversation[]): number[] {
  const whose: SQL[] = [
    ...accounts.map(
      ({ adapter, userId }) => sql`(${inbox.adapter} = ${adapter} and ${inbox.senderId} = ${userId})`,
    ),
    ...own.map(
      ({ adapter, key, ownerId }) =>
        sql`(${inbox.lane} = ${talkLane(adapter, key)} and ${inbox.senderId} = ${ownerId})`,
    ),
  ];
  return inParts(whose, (part) =>
    db
      .select({ seq: inbox.seq })
      .from(inbox)
      .where(or(...part))
      .all()
      .map(({ seq }) => seq),
  );
}

/** What a step sends is named after the event that it came from: `turn-17.1`, `verify-17.1`, `reveal-17.turn-9.1`. */
const NAMED_AFTER = /^(?:notice-)?(?:[a-z]+)-(\d+)(?:\.|$)/;

function deliveriesOf(
  db: SqliteDb | Tx,
  of: {
    readonly accounts: Person["accounts"];
    readonly own: readonly Conversation[];
    readonly seqs: ReadonlySet<number>;
    readonly escalationIds: ReadonlySet<string>;
  },
): string[] {
  const own = new Set(of.own.map(({ id }) => id));
  const recipients = new Set(of.accounts.map(({ adapter, userId }) => `${adapter} ${userId}`));
  const others = new Set(
    db
      .select({ id: turns.id })
      .from(turns)
      .where(inArray(turns.conversationId, own.size > 0 ? [...own] : [-1]))
      .all()
      .map(({ id }) => Number(id.slice(5)))
      .filter((seq) => !of.seqs.has(seq)),
  );
  return db
    .select({
      id: outbox.id,
      toAdapter: outbox.toAdapter,
      recipient: outbox.recipient,
      conversationId: outbox.conversationId,
      escalationId: outbox.escalationId,
    })
    .from(outbox)
    .all()
    .filter(({ id, toAdapter, recipient, conversationId, escalationId }) => {
      const seq = Number(NAMED_AFTER.exec(id)?.[1] ?? -1);
      if (of.seqs.has(seq) || recipients.has(`${toAdapter} ${recipient}`)) return true;
      if (escalationId !== null && of.escalationIds.has(escalationId)) return true;
      // An answer to another member in this person's thread is that member's.
      return conversationId !== null && own.has(conversationId) && !others.has(seq);
    })
    .map(({ id }) => id);
}

function idsOf(rows: readonly { readonly id: string }[]): Set<string> {
  return new Set(rows.map(({ id }) => id));
}

/** SQLite takes no statement of any length. */
export function inParts<T, R>(all: readonly T[], run: (part: T[]) => R[]): R[] {
  const results: R[] = [];
  for (let at = 0; at < all.length; at += 100) results.push(...run(all.slice(at, at + 100)));
  return results;
}
