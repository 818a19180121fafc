import { and, eq, inArray, or, type SQL, sql } from "drizzle-orm";

import { emailKey } from "../../customers/orders.ts";
import { talkLane } from "../../lanes.ts";
import type { PersonKey } from "../people-port.ts";
import { isAboutPerson, type Person, seqOf } from "../person.ts";
import {
  conversations,
  customers,
  deliveryCause,
  escalations,
  identities,
  inbox,
  isOver,
  isUnsent,
  outbox,
  tickets,
  turns,
  verifications,
} from "../schema-postgres.ts";
import { first, type Tx } from "./transaction.ts";

/** Finds a person in the store. Null when there is no trace of them. */
export async function findPerson(tx: Tx, who: PersonKey): Promise<Person | null> {
  const customer = await customerFor(tx, who);
  const email = customer?.email ?? ("email" in who ? emailKey(who.email) : null);
  const hasAsked = await first(
    tx
      .select({ id: verifications.id })
      .from(verifications)
      .where(eq(verifications.email, email ?? ""))
      .limit(1),
  );
  if (!customer && !hasAsked) return null;
  const id = customer?.id ?? -1;
  const accounts = await tx.select().from(identities).where(eq(identities.customerId, id));
  const own = await tx
    .select()
    .from(conversations)
    .where(eq(conversations.customerId, id))
    .orderBy(conversations.id);
  const ownTurns = await tx.select({ id: turns.id }).from(turns).where(eq(turns.customerId, id));
  const ownEscalations = await tx
    .select({ id: escalations.id })
    .from(escalations)
    .where(eq(escalations.customerId, id));
  const ownTickets = await tx
    .select({ ticket: tickets.ticket })
    .from(tickets)
    .where(or(eq(tickets.customerId, id), email === null ? undefined : eq(tickets.email, email)))
    .orderBy(tickets.ticket);
  const sent = await seqsOf(tx, accounts, own);
  const found = {
    customerId: customer?.id ?? null,
    email,
    accounts,
    conversations: own,
    seqs: new Set([...sent, ...ownTurns.map((turn) => seqOf(turn.id))]),
    turnIds: new Set(ownTurns.map((turn) => turn.id)),
    escalationIds: new Set(ownEscalations.map((escalation) => escalation.id)),
    tickets: ownTickets.map(({ ticket }) => ticket),
  };
  return { ...found, deliveries: await deliveriesOf(tx, found) };
}

async function customerFor(tx: Tx, who: PersonKey) {
  if ("email" in who) {
    return first(
      tx
        .select()
        .from(customers)
        .where(eq(customers.email, emailKey(who.email))),
    );
  }
  return first(
    tx
      .select({ id: customers.id, email: customers.email, createdAt: customers.createdAt })
      .from(identities)
      .innerJoin(customers, eq(customers.id, identities.customerId))
      .where(and(eq(identities.adapter, who.adapter), eq(identities.userId, who.userId))),
  );
}

/** Also of accounts that are linked no more: what they said in this person's conversations was said as this person. */
async function seqsOf(
  tx: Tx,
  accounts: Person["accounts"],
  own: Person["conversations"],
): Promise<readonly number[]> {
  const whose = [
    ...accounts.map(({ adapter, userId }) => and(eq(inbox.adapter, adapter), eq(inbox.senderId, userId))),
    ...own.map(({ adapter, key, ownerId }) =>
      and(eq(inbox.adapter, adapter), eq(inbox.senderId, ownerId), eq(inbox.lane, talkLane(adapter, key))),
    ),
  ];
  const seqs: number[] = [];
  for (const one of whose) {
    const rows = await tx.select({ seq: inbox.seq }).from(inbox).where(one);
    seqs.push(...rows.map(({ seq }) => seq));
  }
  return seqs;
}

/** Each way in which a delivery can be theirs has an index; what is not sent yet is little, and read as a whole. */
async function deliveriesOf(tx: Tx, person: Omit<Person, "deliveries">): Promise<string[]> {
  const own = person.conversations.map(({ id }) => id);
  const turnsInOwn = await tx
    .select({ id: turns.id })
    .from(turns)
    .where(own.length === 0 ? sql`false` : inArray(turns.conversationId, own));
  const recipients = person.accounts.map(({ userId }) => userId);
  const causes = [...person.seqs].map(String);
  const may: SQL[] = [
    sql`${outbox.conversationId} = any(${sql.param(own)}::bigint[])`,
    sql`(${outbox.recipient} is not null and ${outbox.recipient} = any(${sql.param(recipients)}::text[]))`,
    sql`(${outbox.escalationId} is not null and ${outbox.escalationId} = any(${sql.param([...person.escalationIds])}::text[]))`,
    sql`(${isOver} and ${deliveryCause(outbox.id)} = any(${sql.param(causes)}::text[]))`,
    isUnsent,
  ];
  const rows = await tx
    .select({
      id: outbox.id,
      toAdapter: outbox.toAdapter,
      recipient: outbox.recipient,
      conversationId: outbox.conversationId,
      escalationId: outbox.escalationId,
    })
    .from(outbox)
    .where(or(...may))
    .orderBy(outbox.seq);
  const isTheirs = isAboutPerson(
    person,
    turnsInOwn.map(({ id }) => id),
  );
  return rows.filter(isTheirs).map(({ id }) => id);
}
