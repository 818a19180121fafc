import type { Adapter, Finding } from "../adapter.ts";
import type { Config } from "../config/schema.ts";

/** What the doctor needs of a mailer. */
export interface MailChecked {
  check(): Promise<readonly Finding[]>;
  close(): void;
}

/** Nobody outside this machine takes mail from it. */
const NO_SENDER = /@(?:localhost|[^.@]+)>?$/;

/**
 * Whether customers can prove an e-mail where that goes by a code in a mail. Asks the mail server whether it would take
 * mail, and sends none.
 *
 * @param openMailer null when SMTP_URL is not set. Throws `config_invalid` when it is no address of a mail server.
 * @param platforms those that run.
 */
export async function checkMail(
  openMailer: () => MailChecked | null,
  platforms: readonly Pick<Adapter, "name" | "verifiesByMail">[],
  config: Pick<Config, "mail" | "slack">,
): Promise<readonly Finding[]> {
  const mailer = openMailer();
  if (!mailer) return withoutMail(platforms, config);
  try {
    return [...(await mailer.check()), ...checkSender(config)];
  } finally {
    mailer.close();
  }
}

function withoutMail(
  platforms: readonly Pick<Adapter, "name" | "verifiesByMail">[],
  { slack }: Pick<Config, "slack">,
): Finding[] {
  const lacking = platforms
    .filter(({ verifiesByMail }) => verifiesByMail === true)
    .map(({ name }) => name)
    .filter((name) => !(name === "slack" && slack.trust_emails));
  if (lacking.length === 0) return [{ level: "ok", what: "No mail server is needed." }];
  return [
    {
      level: "warning",
      what: `Without a mail server customers on ${lacking.join(" and ")} cannot prove their e-mail: what needs their account stays off for them.`,
      fix: `Set SMTP_URL (smtps://user:password@host:465)${lacking.includes("slack") ? ", or slack.trust_emails where your people alone decide who gets which Slack account" : ""}.`,
    },
  ];
}

function checkSender({ mail }: Pick<Config, "mail">): Finding[] {
  if (!NO_SENDER.test(mail.from.trim())) return [];
  return [
    {
      level: "warning",
      what: `Mail leaves as ${mail.from}, which other mail servers refuse or take for spam.`,
      fix: "Set mail.from to an address of your own domain.",
    },
  ];
}
