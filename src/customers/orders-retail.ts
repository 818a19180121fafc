import { z } from "zod";

import { because, describeIssue, type Row } from "./orders-row.ts";

/**
 * Reads the layout of a retail database: users with an e-mail, orders that name their user, both by id.
 *
 * An order belongs to the user that its `user_id` names. A user whose list claims somebody else's order is refused,
 * since one of the two is wrong and one customer might be shown another's data. Addresses and means of payment stay
 * out: support answers do not need them.
 */
export function readRetail(database: {
  readonly users: Readonly<Record<string, unknown>>;
  readonly orders: Readonly<Record<string, unknown>>;
}): Row[] {
  const users = takeAll("users", retailUser, database.users);
  const orders = takeAll("orders", retailOrder, database.orders);
  for (const [userId, user] of users) checkClaims(userId, user.orders, orders);
  return [...orders].map(([orderId, order]) => {
    const place = `orders.${orderId}`;
    const email = users.get(order.user_id)?.email;
    if (email === undefined) throw new Error(`${place}: user_id "${order.user_id}" is not among the users`);
    return { place, value: toRow(orderId, email, order) };
  });
}

const text = z.string({ error: because("must be text") });
const amount = z.number({ error: because("must be a number") });

const retailUser = z.object({ email: text, orders: z.array(text).default([]) });

const retailOrder = z.object({
  user_id: text,
  status: text,
  updated_at: text.optional(),
  items: z
    .array(z.object({ name: text, price: amount.optional() }), { error: because("must be a list") })
    .min(1),
  fulfillments: z.array(z.object({ tracking_id: z.array(text).default([]) })).default([]),
  payment_history: z.array(z.object({ transaction_type: text, amount })).default([]),
});

type RetailOrder = z.output<typeof retailOrder>;

function takeAll<T>(
  table: string,
  schema: z.ZodType<T>,
  rows: Readonly<Record<string, unknown>>,
): Map<string, T> {
  const taken = new Map<string, T>();
  for (const [id, row] of Object.entries(rows)) {
    const parsed = schema.safeParse(row);
    if (!parsed.success) {
      throw new Error(`${table}.${id}: ${parsed.error.issues.map(describeIssue).slice(0, 3).join("; ")}`);
    }
    taken.set(id, parsed.data);
  }
  return taken;
}

function checkClaims(
  userId: string,
  claimed: readonly string[],
  orders: ReadonlyMap<string, RetailOrder>,
): void {
  for (const orderId of claimed) {
    const owner = orders.get(orderId)?.user_id;
    if (owner === undefined)
      throw new Error(`users.${userId}: lists "${orderId}", which is not among the orders`);
    if (owner !== userId) {
      throw new Error(`orders.${orderId}: user_id is "${owner}", but users.${userId} lists it as theirs`);
    }
  }
}

function toRow(id: string, email: string, order: RetailOrder): unknown {
  const tracking = order.fulfillments.flatMap((fulfillment) => fulfillment.tracking_id);
  return {
    id,
    kind: "order",
    customer_email: email,
    status: order.status,
    description: order.items.map((item) => item.name).join(", "),
    last_updated: order.updated_at ?? null,
    details: {
      items: order.items.map(withPrice).join(", "),
      paid: totalOf(order, "payment"),
      refunded: totalOf(order, "refund"),
      tracking: tracking.join(", "),
    },
  };
}

function withPrice(item: RetailOrder["items"][number]): string {
  return item.price === undefined ? item.name : `${item.name} (${item.price.toFixed(2)})`;
}

/** The total of one kind of transaction; null, which leaves the detail out, when there was none. */
function totalOf(order: RetailOrder, kind: "payment" | "refund"): string | null {
  const entries = order.payment_history.filter((entry) => entry.transaction_type === kind);
  if (entries.length === 0) return null;
  return entries.reduce((sum, entry) => sum + entry.amount, 0).toFixed(2);
}
