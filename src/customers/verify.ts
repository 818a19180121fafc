import { randomBytes } from "node:crypto";

import type { Mailer } from "../adapter.ts";
import { deliveryIds } from "../delivery-ids.ts";
import type { InboundBody, Offer } from "../domain.ts";
import type { Log } from "../ops/log.ts";
import type { Store, Work } from "../store/store.ts";
import { codeMatches, hashCode, newCode, SALT_BYTES } from "./code.ts";
import { emailKey } from "./orders.ts";

export interface VerifyDeps {
  readonly store: Store;
  /** Null when no mail server is configured: then nobody can prove an e-mail this way. */
  readonly mailer: Mailer | null;
  readonly shopName: string;
  readonly now: () => number;
  readonly log: Log;
}

type VerifyBody = Extract<InboundBody, { kind: "verify" | "verify_code" | "unlink" }>;

const MINUTE = 60_000;
const CODE_LIVES_MS = 10 * MINUTE;
const TRIES = 5;
/** Codes of one account, and to one e-mail, within an hour. */
const MOST_CODES = 5;
const WINDOW_MS = 60 * MINUTE;

interface Answer {
  readonly text: string;
  readonly offers?: readonly Offer[];
}

/**
 * A customer proves an e-mail: a code is mailed to it, and entering it binds the e-mail to their account. What they
 * are told never says whether the e-mail is known to us.
 */
export async function handleVerify(work: Work, body: VerifyBody, deps: VerifyDeps): Promise<"done"> {
  const [{ event, seq }] = work.events;
  const { text, offers } = await answerTo(work, body, deps);
  await deps.store.post(
    {
      id: deliveryIds(`verify-${seq}`)(),
      to: event.address,
      visibility: "private",
      recipient: event.sender.id,
      content: { kind: "notice", text, ...(offers && { offers }) },
      fenced: false,
    },
    deps.now(),
  );
  await deps.store.commitDesk(work, null, deps.now());
  return "done";
}

async function answerTo(work: Work, body: VerifyBody, deps: VerifyDeps): Promise<Answer> {
  const [{ event }] = work.events;
  switch (body.kind) {
    case "verify":
      return sendCode(work, body.email, deps);
    case "verify_code":
      return redeem(work, body.code, deps);
    case "unlink": {
      const had = await deps.store.unlink(event, deps.now());
      return {
        text: had
          ? "Your e-mail is no longer linked to this account. Account questions need a new verification."
          : "No e-mail is linked to this account.",
      };
    }
  }
}

async function sendCode(work: Work, given: string, deps: VerifyDeps): Promise<Answer> {
  const { store, mailer, shopName, now, log } = deps;
  const [{ event }] = work.events;
  if (!mailer) return { text: "E-mails cannot be verified here yet. Please ask the team." };
  const email = emailKey(given);
  if (!isEmail(email)) return { text: "That does not look like an e-mail. Please try again." };
  const code = newCode();
  const started = await store.startVerification(
    {
      adapter: event.address.adapter,
      userId: event.sender.id,
      email,
      codeHash: hashCode(code, randomBytes(SALT_BYTES)),
      expiresAt: now() + CODE_LIVES_MS,
      tries: TRIES,
      most: MOST_CODES,
      windowMs: WINDOW_MS,
    },
    now(),
  );
  if (started === "too_many") {
    return { text: "Too many codes were asked for. Please wait an hour, or ask the team." };
  }
  try {
    await mailer.send({
      to: email,
      subject: `${code} is your code for ${shopName}`,
      text: mailText(code, shopName),
    });
  } catch (error) {
    log.error({ err: error }, "a verification mail could not be sent");
    return {
      text: "The mail could not be sent just now. Please try again in a few minutes.",
      offers: ["verify_email"],
    };
  }
  return {
    text: "A code is on its way to that e-mail. It is good for 10 minutes and five tries; look in the spam folder too.",
    offers: ["enter_code"],
  };
}

async function redeem(work: Work, typed: string, { store, now }: VerifyDeps): Promise<Answer> {
  const [{ event }] = work.events;
  const redeemed = await store.redeemCode(event, (hash) => codeMatches(typed, hash), now());
  switch (redeemed.kind) {
    case "verified":
      return { text: "Thank you, your e-mail is verified. Ask again, and I can look into your account." };
    case "wrong":
      return redeemed.triesLeft > 0
        ? { text: `That is not the code. ${triesLeft(redeemed.triesLeft)}`, offers: ["enter_code"] }
        : {
            text: "That is not the code, and it was the last try. Ask for a new one.",
            offers: ["verify_email"],
          };
    case "none":
      return {
        text: "There is no code to enter: it has expired or was used. Ask for a new one.",
        offers: ["verify_email"],
      };
  }
}

function triesLeft(count: number): string {
  return count === 1 ? "1 try is left." : `${count} tries are left.`;
}

const LONGEST_EMAIL = 254;

/** What can be an address that mail is sent to; whether it is one, the code will show. One mailbox, never a list. */
function isEmail(email: string): boolean {
  return (
    email.length <= LONGEST_EMAIL &&
    /^[^\s@,;:<>()[\]"\\\p{Cc}]+@[^\s@,;:<>()[\]"\\\p{Cc}]+\.[^\s@.,;:<>()[\]"\\\p{Cc}]{2,}$/u.test(email)
  );
}

function mailText(code: string, shopName: string): string {
  return [
    `Your code for ${shopName} support: ${code}`,
    "",
    "Enter it where you asked for it. It is good for 10 minutes.",
    "If you did not ask for it, you need not do anything; do not give it to anybody.",
    "",
  ].join("\n");
}
