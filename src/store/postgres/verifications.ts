import { and, count, desc, eq, gt, gte, isNull, type SQL } from "drizzle-orm";

import type { InboundEvent } from "../../domain.ts";
import { inbox, verifications } from "../schema-postgres.ts";
import type { Redeemed, Store } from "../store.ts";
import { bindEmail, unbindEmail } from "./customers.ts";
import type { PostgresDb } from "./open.ts";
import { first, inTransaction, lockAccounts, type Tx } from "./transaction.ts";

/** Codes that prove an e-mail, and taking an e-mail off an account. */
export function postgresVerifications(
  db: PostgresDb,
): Pick<Store, "startVerification" | "redeemCode" | "unlink"> {
  return {
    async startVerification({ most, windowMs, tries, ...asked }, now) {
      return inTransaction(db, async (tx) => {
        await lockAccounts(tx);
        const recent = gte(verifications.createdAt, now - windowMs);
        const ofAccount = and(
          eq(verifications.adapter, asked.adapter),
          eq(verifications.userId, asked.userId),
        );
        const toEmail = eq(verifications.email, asked.email);
        for (const whose of [ofAccount, toEmail]) {
          const sent = await first(tx.select({ n: count() }).from(verifications).where(and(whose, recent)));
          if ((sent?.n ?? 0) >= most) return "too_many";
        }
        await tx.update(verifications).set({ triesLeft: 0 }).where(ofAccount);
        await tx.insert(verifications).values({ ...asked, triesLeft: tries, createdAt: now });
        return "started";
      });
    },

    async redeemCode(event, matches, now) {
      return inTransaction(db, (tx) => redeem(tx, event, matches, now));
    },

    async unlink(event, now) {
      return inTransaction(db, (tx) => unbindEmail(tx, event, now));
    },
  };
}

async function redeem(
  tx: Tx,
  event: InboundEvent,
  matches: (codeHash: string) => boolean,
  now: number,
): Promise<Redeemed> {
  await lockAccounts(tx);
  await forgetCode(tx, event);
  const isTheirs = and(
    eq(verifications.adapter, event.address.adapter),
    eq(verifications.userId, event.sender.id),
  );
  const latest = (which: SQL | undefined) =>
    first(
      tx.select().from(verifications).where(and(isTheirs, which)).orderBy(desc(verifications.id)).limit(1),
    );
  const redeemed = await latest(eq(verifications.usedBy, event.eventId));
  if (redeemed) return { kind: "verified", email: redeemed.email };
  const asked = await latest(and(isNull(verifications.usedBy), gt(verifications.expiresAt, now)));
  // The same event again, after a crash: what was typed is forgotten, and the try has been counted.
  if (asked && wasTried(event)) return { kind: "wrong", triesLeft: asked.triesLeft };
  if (!asked || asked.triesLeft <= 0) return { kind: "none" };
  const which = eq(verifications.id, asked.id);
  if (!matches(asked.codeHash)) {
    const triesLeft = asked.triesLeft - 1;
    await tx.update(verifications).set({ triesLeft }).where(which);
    return { kind: "wrong", triesLeft };
  }
  await tx.update(verifications).set({ usedBy: event.eventId, triesLeft: 0 }).where(which);
  await bindEmail(tx, event, asked.email, "e-mailed code", now);
  return { kind: "verified", email: asked.email };
}

function wasTried({ body }: InboundEvent): boolean {
  return body.kind === "verify_code" && body.code === "";
}

/** What was typed is looked at once and must not stay on disk: it may be a code that is still good, mistyped. */
async function forgetCode(tx: Tx, event: InboundEvent): Promise<void> {
  if (event.body.kind !== "verify_code") return;
  await tx
    .update(inbox)
    .set({ event: { ...event, body: { ...event.body, code: "" } } })
    .where(and(eq(inbox.adapter, event.address.adapter), eq(inbox.eventId, event.eventId)));
}
