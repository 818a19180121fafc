import { and, count, desc, eq, gt, gte, isNull, type SQL } from "drizzle-orm";

import type { InboundEvent } from "../../domain.ts";
import type { SqliteDb } from "../open.ts";
import { inbox, verifications } from "../schema.ts";
import type { Redeemed, Store } from "../store.ts";
import { bindEmail, unbindEmail } from "./customers.ts";
import type { Tx } from "./rows.ts";

/** Codes that prove an e-mail, and taking an e-mail off an account. */
export function sqliteVerifications(
  db: SqliteDb,
): Pick<Store, "startVerification" | "redeemCode" | "unlink"> {
  return {
    async startVerification({ most, windowMs, tries, ...asked }, now) {
      return db.transaction(
        (tx) => {
          const recent = gte(verifications.createdAt, now - windowMs);
          const ofAccount = and(
            eq(verifications.adapter, asked.adapter),
            eq(verifications.userId, asked.userId),
          );
          const toEmail = eq(verifications.email, asked.email);
          for (const whose of [ofAccount, toEmail]) {
            const sent = tx.select({ n: count() }).from(verifications).where(and(whose, recent)).get();
            if ((sent?.n ?? 0) >= most) return "too_many";
          }
          tx.update(verifications).set({ triesLeft: 0 }).where(ofAccount).run();
          tx.insert(verifications)
            .values({ ...asked, triesLeft: tries, createdAt: now })
            .run();
          return "started";
        },
        { behavior: "immediate" },
      );
    },

    async redeemCode(event, matches, now) {
      return db.transaction((tx) => redeem(tx, event, matches, now), { behavior: "immediate" });
    },

    async unlink(event, now) {
      return db.transaction((tx) => unbindEmail(tx, event, now), { behavior: "immediate" });
    },
  };
}

function redeem(tx: Tx, event: InboundEvent, matches: (codeHash: string) => boolean, now: number): Redeemed {
  forgetCode(tx, event);
  const latest = (which: SQL | undefined) =>
    tx
      .select()
      .from(verifications)
      .where(
        and(
          eq(verifications.adapter, event.address.adapter),
          eq(verifications.userId, event.sender.id),
          which,
        ),
      )
      .orderBy(desc(verifications.id))
      .limit(1)
      .get();
  const redeemed = latest(eq(verifications.usedBy, event.eventId));
  if (redeemed) return { kind: "verified", email: redeemed.email };
  const asked = latest(and(isNull(verifications.usedBy), gt(verifications.expiresAt, now)));
  // The same event again, after a crash: what was typed is forgotten, and the try has been counted.
  if (asked && wasTried(event)) return { kind: "wrong", triesLeft: asked.triesLeft };
  if (!asked || asked.triesLeft <= 0) return { kind: "none" };
  const which = eq(verifications.id, asked.id);
  if (!matches(asked.codeHash)) {
    const triesLeft = asked.triesLeft - 1;
    tx.update(verifications).set({ triesLeft }).where(which).run();
    return { kind: "wrong", triesLeft };
  }
  tx.update(verifications).set({ usedBy: event.eventId, triesLeft: 0 }).where(which).run();
  bindEmail(tx, event, asked.email, "e-mailed code", now);
  return { kind: "verified", email: asked.email };
}

function wasTried({ body }: InboundEvent): boolean {
  return body.kind === "verify_code" && body.code === "";
}

/** What was typed is looked at once and must not stay on disk: it may be a code that is still good, mistyped. */
function forgetCode(tx: Tx, event: InboundEvent): void {
  if (event.body.kind !== "verify_code") return;
  tx.update(inbox)
    .set({ event: { ...event, body: { ...event.body, code: "" } } })
    .where(and(eq(inbox.adapter, event.address.adapter), eq(inbox.eventId, event.eventId)))
    .run();
}
