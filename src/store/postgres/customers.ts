import { and, eq } from "drizzle-orm";

import { emailKey } from "../../customers/orders.ts";
import type { InboundEvent } from "../../domain.ts";
import {
  audit,
  calls,
  conversations,
  customers,
  escalations,
  identities,
  tickets,
  turns,
} from "../schema-postgres.ts";
import type { Customer } from "../store.ts";
import { first, lockAccounts, type Tx } from "./transaction.ts";

/** How an account came to its e-mail, or why it has none any more. */
const BY_PLATFORM = "platform";
const UNLINKED = "unlinked";

/** The customer behind a platform account, made when it is seen for the first time. */
export async function customerOf(tx: Tx, event: InboundEvent, now: number): Promise<Customer> {
  const seen = await findIdentity(tx, event);
  if (seen && isUnchanged(seen, event)) return toCustomer(seen, event);
  await lockAccounts(tx);
  const before = await findIdentity(tx, event);
  const { sender, address } = event;
  if (sender.trustedEmail && isVouchedFor(before)) {
    await bindEmail(tx, event, sender.trustedEmail, BY_PLATFORM, now);
  }
  const known = await findIdentity(tx, event);
  if (known) {
    if (known.name !== sender.name) {
      await tx.update(identities).set({ name: sender.name }).where(isIdentity(event));
    }
    return toCustomer(known, event);
  }
  const customerId = await newCustomer(tx, now);
  await tx
    .insert(identities)
    .values({ adapter: address.adapter, userId: sender.id, customerId, name: sender.name });
  return { id: customerId, name: sender.name, userId: sender.id, email: null };
}

type Identity = NonNullable<Awaited<ReturnType<typeof findIdentity>>>;

function isUnchanged(known: Identity, { sender }: InboundEvent): boolean {
  const isSameEmail =
    !sender.trustedEmail || !isVouchedFor(known) || emailKey(sender.trustedEmail) === known.email;
  return known.name === sender.name && isSameEmail;
}

/** What the customer did themselves, proving another e-mail or taking this one off, stands. */
function isVouchedFor(known: Identity | undefined): boolean {
  return !known?.method || known.method === BY_PLATFORM;
}

function toCustomer({ customerId, email }: Identity, { sender }: InboundEvent): Customer {
  return { id: customerId, name: sender.name, userId: sender.id, email };
}

/**
 * Binds a verified e-mail to a platform account. Accounts with the same verified e-mail become one customer; what
 * an unverified customer had asked until then moves along. An account that proves another e-mail leaves the first
 * customer's history where it is.
 */
export async function bindEmail(
  tx: Tx,
  event: InboundEvent,
  email: string,
  method: string,
  now: number,
): Promise<void> {
  await lockAccounts(tx);
  const verified = emailKey(email);
  const { adapter } = event.address;
  const known = await findIdentity(tx, event);
  if (known?.email === verified) return;
  const owner = await first(tx.select().from(customers).where(eq(customers.email, verified)));
  const target = owner?.id ?? (known && known.email === null ? known.customerId : await newCustomer(tx, now));
  await tx.update(customers).set({ email: verified }).where(eq(customers.id, target));
  if (known && known.email === null && known.customerId !== target) {
    await adopt(tx, known.customerId, target);
  }
  const binding = { customerId: target, name: event.sender.name, method, verifiedAt: now };
  await tx
    .insert(identities)
    .values({ adapter, userId: event.sender.id, ...binding })
    .onConflictDoUpdate({ target: [identities.adapter, identities.userId], set: binding });
  const detail = `${adapter} account by ${method}`;
  await tx.insert(audit).values({ at: now, kind: "identity_bound", customerId: target, detail });
}

/**
 * The account begins anew as somebody without an e-mail. What was said and bought stays with the customer whose e-mail
 * it is. False when there was none.
 */
export async function unbindEmail(tx: Tx, event: InboundEvent, now: number): Promise<boolean> {
  await lockAccounts(tx);
  const known = await findIdentity(tx, event);
  if (!known?.email) return false;
  const customerId = await newCustomer(tx, now);
  await tx
    .update(identities)
    .set({ customerId, method: UNLINKED, verifiedAt: null })
    .where(isIdentity(event));
  const detail = `${event.address.adapter} account by its owner`;
  await tx.insert(audit).values({ at: now, kind: "identity_unbound", customerId: known.customerId, detail });
  return true;
}

async function newCustomer(tx: Tx, now: number): Promise<number> {
  const made = await first(tx.insert(customers).values({ createdAt: now }).returning({ id: customers.id }));
  if (!made) throw new Error("the customer that was just made has no number");
  return made.id;
}

/**
 * The whole history moves, what it cost included: the day's budget is the customer's, not the account's. Conversations
 * come first and escalations next, as everywhere.
 */
async function adopt(tx: Tx, from: number, to: number): Promise<void> {
  for (const table of [conversations, escalations, tickets, identities, turns, calls, audit]) {
    await tx.update(table).set({ customerId: to }).where(eq(table.customerId, from));
  }
}

async function findIdentity(tx: Tx, event: InboundEvent) {
  return first(
    tx
      .select({
        customerId: identities.customerId,
        name: identities.name,
        method: identities.method,
        email: customers.email,
      })
      .from(identities)
      .innerJoin(customers, eq(customers.id, identities.customerId))
      .where(isIdentity(event)),
  );
}

function isIdentity({ address, sender }: InboundEvent) {
  return and(eq(identities.adapter, address.adapter), eq(identities.userId, sender.id));
}
