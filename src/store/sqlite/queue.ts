import { and, asc, desc, eq, inArray, like, or, sql } from "drizzle-orm";

import type { SqliteDb } from "../open.ts";
import { conversations, customers, escalations, identities, tickets } from "../schema.ts";
import type { Store } from "../store.ts";
import { toEscalation, toTicket } from "./rows.ts";

/** What staff and customers look through: what waits, and what was before. */
export function sqliteQueue(db: SqliteDb): Pick<Store, "openEscalations" | "findTickets" | "ticketsOf"> {
  const place = { adapter: conversations.adapter, key: conversations.key, link: conversations.link };
  return {
    async openEscalations() {
      return db
        .select({ escalation: escalations, place })
        .from(escalations)
        .innerJoin(conversations, eq(conversations.id, escalations.conversationId))
        .where(inArray(escalations.status, ["open", "claimed"]))
        .orderBy(asc(escalations.createdAt))
        .all()
        .map(({ escalation, place: { adapter, key, link } }) => ({
          ...toEscalation(escalation),
          place: { address: { adapter, key }, link },
        }));
    },

    async ticketsOf({ adapter, userId }) {
      return db
        .select({ ticket: tickets, link: conversations.link })
        .from(tickets)
        .innerJoin(conversations, eq(conversations.id, tickets.conversationId))
        .innerJoin(identities, eq(identities.customerId, tickets.customerId))
        .where(and(eq(identities.adapter, adapter), eq(identities.userId, userId)))
        .orderBy(desc(tickets.createdAt))
        .all()
        .map(({ ticket, link }) => ({ ...toTicket(ticket), link }));
    },

    async findTickets(words, limit) {
      const wanted = words
        .split(/\s+/)
        .filter((word) => word !== "")
        .map((word) => {
          const pattern = `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
          const held = [tickets.ticket, tickets.subject, tickets.description, customers.email].map(
            (column) => sql`${like(column, pattern)} escape '\\'`,
          );
          return or(
            ...held,
            sql`exists (select 1 from identities where identities.customer_id = ${tickets.customerId} and identities.name like ${pattern} escape '\\')`,
          );
        });
      return db
        .select({ ticket: tickets, link: conversations.link })
        .from(tickets)
        .innerJoin(conversations, eq(conversations.id, tickets.conversationId))
        .innerJoin(customers, eq(customers.id, tickets.customerId))
        .where(and(...wanted))
        .orderBy(desc(tickets.createdAt))
        .limit(limit)
        .all()
        .map(({ ticket, link }) => ({ ...toTicket(ticket), link }));
    },
  };
}
