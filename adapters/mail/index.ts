import { createTransport } from "nodemailer";

import type { Finding, Mailer } from "../../src/adapter.ts";
import { DeskhandError, messageOf } from "../../src/errors.ts";

/** A mailer that can also say whether its server would take mail. */
export interface CheckedMailer extends Mailer {
  check(): Promise<readonly Finding[]>;
  close(): void;
}

/** A mail that is not taken within this time is told to the person who waits for it. */
const TIMEOUT_MS = 10_000;

/**
 * Mail over the server of `SMTP_URL` (`smtps://user:password@host:465`, `smtp://host:587`).
 *
 * @param from the sender, as `Name <address>` or an address. Throws `config_invalid` when `smtpUrl` is of another kind.
 */
export function createMailer(smtpUrl: string, from: string): CheckedMailer {
  if (!isSmtpUrl(smtpUrl)) {
    // Without the value: it may hold a password.
    const what =
      "SMTP_URL is not the address of a mail server. Write smtps://user:password@host:465 or smtp://host:587";
    throw new DeskhandError(
      "config_invalid",
      `${what}, with %40 for an @ in the user's name or the password.`,
    );
  }
  const transport = createTransport(
    { url: smtpUrl, connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
    // No file and no address of ours is ever read into a mail because of what somebody wrote.
    { from, disableFileAccess: true, disableUrlAccess: true },
  );
  return {
    async send({ to, subject, text }) {
      try {
        // An object, not a string: it is one mailbox, whatever it holds.
        await transport.sendMail({ to: { name: "", address: to }, subject, text });
      } catch (error) {
        const what = `The mail server did not take a mail: ${messageOf(error)}`;
        throw new DeskhandError("mail_failed", what, { cause: error, retryable: true });
      }
    },
    async check() {
      try {
        await transport.verify();
        return [{ level: "ok", what: `The mail server takes mail from ${from}.` }];
      } catch (error) {
        return [
          {
            level: "problem",
            what: `The mail server of SMTP_URL does not answer as it should: ${messageOf(error)}`,
            fix: "Check host, port, user and password in SMTP_URL; without it, customers cannot prove their e-mail.",
          },
        ];
      }
    },
    close() {
      transport.close();
    },
  };
}

function isSmtpUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "smtp:" || url.protocol === "smtps:") && url.hostname !== "";
}
