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
} from "../schema.ts";
import type { Customer } from "../store.ts";
import type { Tx } from "./rows.ts";

/** How an account came to its e-mail, or why it has none any more. */
const BY_PLATFORM = "platform";
const UNLINKED = "unlinked";

/** The customer behind a platform account, made when it is seen for the first time. */
export function customerOf(tx: Tx, event: InboundEvent, now: number): Customer {
  const { sender, address } = event;
  const before = findIdentity(tx, address.adapter, sender.id);
  // What the customer did themselves, proving another e-mail or taking this one off, stands.
  const isVouchedFor = !before?.method || before.method === BY_PLATFORM;
  if (sender.trustedEmail && isVouchedFor) bindEmail(tx, event, sender.trustedEmail, BY_PLATFORM, now);
  const known = findIdentity(tx, address.adapter, sender.id);
  if (known) {
    if (known.name !== sender.name) {
      tx.update(identities).set({ name: sender.name }).where(isIdentity(address.adapter, sender.id)).run();
    }
    return { id: known.customerId, name: sender.name, userId: sender.id, email: known.email };
  }
  const { id } = tx.insert(customers).values({ createdAt: now }).returning({ id: customers.id }).get();
  tx.insert(identities)
    .values({ adapter: address.adapter, userId: sender.id, customerId: id, name: sender.name })
    .run();
  return { id, name: sender.name, userId: sender.id, email: null };
}

/**
 * Binds a verified e-mail to a platform account. Accounts with the same verified e-mail become one customer; what
 * an unverified customer had asked until then moves along. An account that proves another e-mail leaves the first
 * customer's history where it is.
 */
export function bindEmail(tx: Tx, event: InboundEvent, email: string, method: string, now: number): void {
  const verified = emailKey(email);
  const { adapter } = event.address;
  const known = findIdentity(tx, adapter, event.sender.id);
  if (known?.email === verified) return;
  const owner = tx.select().from(customers).where(eq(customers.email, verified)).get();
  const target =
    owner?.id ??
    (known && known.email === null
      ? known.customerId
      : tx.insert(customers).values({ createdAt: now }).returning({ id: customers.id }).get().id);
  tx.update(customers).set({ email: verified }).where(eq(customers.id, target)).run();
  if (known && known.email === null && known.customerId !== target) adopt(tx, known.customerId, target);
  const binding = { customerId: target, name: event.sender.name, method, verifiedAt: now };
  tx.insert(identities)
    .values({ adapter, userId: event.sender.id, ...binding })
    .onConflictDoUpdate({ target: [identities.adapter, identities.userId], set: binding })
    .run();
  tx.insert(audit)
    .values({
      at: now,
      kind: "identity_bound",
      customerId: target,
      detail: `${adapter} account by ${method}`,
    })
    .run();
}

/**
 * The account begins anew as somebody without an e-mail. What was said and bought stays with the customer whose e-mail
 * it is. False when there was none.
 */
export function unbindEmail(tx: Tx, event: InboundEvent, now: number): boolean {
  const { adapter } = event.address;
  const known = findIdentity(tx, adapter, event.sender.id);
  if (!known?.email) return false;
  const { id } = tx.insert(customers).values({ createdAt: now }).returning({ id: customers.id }).get();
  tx.update(identities)
    .set({ customerId: id, method: UNLINKED, verifiedAt: null })
    .where(isIdentity(adapter, event.sender.id))
    .run();
  const detail = `${adapter} account by its owner`;
  tx.insert(audit).values({ at: now, kind: "identity_unbound", customerId: known.customerId, detail }).run();
  return true;
}

/** The whole history moves, what it cost included: the day's budget is the customer's, not the account's. */
function adopt(tx: Tx, from: number, to: number): void {
  for (const table of [conversations, escalations, tickets, identities, turns, calls, audit]) {
    tx.update(table).set({ customerId: to }).where(eq(table.customerId, from)).run();
  }
}

function findIdentity(tx: Tx, adapter: string, userId: string) {
  return tx
    .select({
      customerId: identities.customerId,
      name: identities.name,
      method: identities.method,
      email: customers.email,
    })
    .from(identities)
    .innerJoin(customers, eq(customers.id, identities.customerId))
    .where(isIdentity(adapter, userId))
    .get();
}

function isIdentity(adapter: string, userId: string) {
  return and(eq(identities.adapter, adapter), eq(identities.userId, userId));
}
