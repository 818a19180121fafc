import { and, asc, desc, eq, exists, ilike, inArray, or } from "drizzle-orm";

import { toEscalation, toTicket } from "../rows.ts";
import { conversations, customers, escalations, identities, tickets } from "../schema-postgres.ts";
import type { Store } from "../store.ts";
import type { PostgresDb } from "./open.ts";

/** What staff and customers look through: what waits, and what was before. */
export function postgresQueue(db: PostgresDb): Pick<Store, "openEscalations" | "findTickets" | "ticketsOf"> {
  const place = { adapter: conversations.adapter, key: conversations.key, link: conversations.link };
  return {
    async openEscalations() {
      const rows = await db
        .select({ escalation: escalations, place })
        .from(escalations)
        .innerJoin(conversations, eq(conversations.id, escalations.conversationId))
        .where(inArray(escalations.status, ["open", "claimed"]))
        .orderBy(asc(escalations.createdAt));
      return rows.map(({ escalation, place: { adapter, key, link } }) => ({
        ...toEscalation(escalation),
        place: { address: { adapter, key }, link },
      }));
    },

    async ticketsOf({ adapter, userId }) {
      const rows = await db
        .select({ ticket: tickets, link: conversations.link })
        .from(tickets)
        .innerJoin(conversations, eq(conversations.id, tickets.conversationId))
        .innerJoin(identities, eq(identities.customerId, tickets.customerId))
        .where(and(eq(identities.adapter, adapter), eq(identities.userId, userId)))
        .orderBy(desc(tickets.createdAt));
      return rows.map(({ ticket, link }) => ({ ...toTicket(ticket), link }));
    },

    async findTickets(words, limit) {
      const wanted = words
        .split(/\s+/)
        .filter((word) => word !== "")
        .map((word) => {
          const pattern = `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
          const isTheirs = eq(identities.customerId, tickets.customerId);
          return or(
            ilike(tickets.ticket, pattern),
            ilike(tickets.subject, pattern),
            ilike(tickets.description, pattern),
            ilike(customers.email, pattern),
            exists(
              db
                .select()
                .from(identities)
                .where(and(isTheirs, ilike(identities.name, pattern))),
            ),
          );
        });
      const rows = await db
        .select({ ticket: tickets, link: conversations.link })
        .from(tickets)
        .innerJoin(conversations, eq(conversations.id, tickets.conversationId))
        .innerJoin(customers, eq(customers.id, tickets.customerId))
        .where(and(...wanted))
        .orderBy(desc(tickets.createdAt))
        .limit(limit);
      return rows.map(({ ticket, link }) => ({ ...toTicket(ticket), link }));
    },
  };
}
