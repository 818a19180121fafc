import { and, eq, inArray, or, sql, type SQL } from "drizzle-orm";

import { emailKey } from "../../customers/orders.ts";
import { talkLane } from "../../lanes.ts";
import type { SqliteDb } from "../open.ts";
import type { PersonKey } from "../people-port.ts";
import { isAboutPerson, type Person, seqOf } from "../person.ts";
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
  const found = {
    customerId: customer?.id ?? null,
    email,
    accounts,
    conversations: own,
    seqs: new Set([...seqsOf(db, accounts, own), ...[...turnIds].map(seqOf)]),
    turnIds,
    escalationIds,
    tickets: ownTickets.map(({ ticket }) => ticket),
  };
  return { ...found, deliveries: deliveriesOf(db, found) };
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
function seqsOf(db: SqliteDb | Tx, accounts: Person["accounts"], own: Person["conversations"]): number[] {
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

function deliveriesOf(db: SqliteDb | Tx, person: Omit<Person, "deliveries">): string[] {
  const own = person.conversations.map(({ id }) => id);
  const turnsInOwn = db.select({ id: turns.id }).from(turns).where(inArray(turns.conversationId, own)).all();
  const isTheirs = isAboutPerson(
    person,
    turnsInOwn.map(({ id }) => id),
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
    .filter(isTheirs)
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
