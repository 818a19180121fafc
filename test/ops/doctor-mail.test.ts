import { createServer } from "node:net";

import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { describe, expect, it, onTestFinished } from "vitest";

import { checkMail } from "../../src/ops/check-mail.ts";
import { closed, listening } from "../servers/mail.ts";
import { shopConfig } from "../servers/shop.ts";
import { newPatient, told } from "./patient.ts";

const SENDER = 'mail: { from: "Acme <support@acme.example>" }\n';

async function smtpServer(options: SMTPServerOptions = {}): Promise<number> {
  const server = new SMTPServer({ disabledCommands: ["STARTTLS"], authOptional: true, ...options });
  onTestFinished(async () => closed(server));
  return listening(server.server);
}

describe("the doctor and the mail server", () => {
  const examine = async (smtp: string, yaml = SENDER) => {
    const patient = await newPatient(yaml);
    return patient.examine({ env: { SMTP_URL: smtp } });
  };

  it("says that the server takes mail, and sends none", async () => {
    const mails: string[] = [];
    const port = await smtpServer({
      onMailFrom: ({ address }, _session, done) => {
        mails.push(address);
        done();
      },
    });
    expect(told(await examine(`smtp://127.0.0.1:${port}`), "Mail")).toEqual([
      "ok: The mail server takes mail from Acme <support@acme.example>.",
    ]);
    expect(mails).toEqual([]);
  });

  it("finds a password that the server refuses, and does not show it", async () => {
    const port = await smtpServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        username === "me" && password === "right"
          ? done(null, { user: username })
          : done(new Error("Wrong user or password")),
    });
    expect(told(await examine(`smtp://me:right@127.0.0.1:${port}`), "Mail")[0]).toMatch(/^ok: /);
    const areas = await examine(`smtp://me:s3cret@127.0.0.1:${port}`);
    const [finding] = areas.get("Mail") ?? [];
    expect(finding?.level).toBe("problem");
    expect(finding?.what).toContain("Wrong user or password");
    expect(finding?.fix).toContain("SMTP_URL");
    expect(JSON.stringify([...areas])).not.toContain("s3cret");
  });

  it("finds that nobody listens there", async () => {
    const free = createServer();
    const port = await listening(free);
    await new Promise((resolve) => free.close(resolve));
    expect(told(await examine(`smtp://127.0.0.1:${port}`), "Mail")[0]).toMatch(
      /^problem: The mail server of SMTP_URL does not answer as it should: .*ECONNREFUSED/,
    );
  });

  it.each(["mail.acme.example:587", "https://user:s3cret@mail.acme.example", "smtp://", "hello"])(
    "finds that %j is no mail server, and goes on",
    async (smtp) => {
      const areas = await examine(smtp);
      expect(told(areas, "Mail")).toEqual([
        expect.stringContaining("problem: SMTP_URL is not the address of a mail server."),
      ]);
      expect(JSON.stringify([...areas])).not.toContain("s3cret");
      expect([...areas.keys()].at(-1)).toBe("Model");
    },
  );

  it("warns of a sender that no other server believes", async () => {
    const port = await smtpServer();
    expect(told(await examine(`smtp://127.0.0.1:${port}`, ""), "Mail")).toEqual([
      "ok: The mail server takes mail from support@localhost.",
      "warning: Mail leaves as support@localhost, which other mail servers refuse or take for spam.",
    ]);
  });
});

describe("the doctor without a mail server", () => {
  const slack = { name: "slack", verifiesByMail: true };
  const discord = { name: "discord", verifiesByMail: true };
  const trusting = shopConfig({ slack: { trust_emails: true } });

  it.each([
    ["no platform sends codes", [{ name: "console" }], shopConfig()],
    ["Slack vouches for its e-mails", [slack], trusting],
  ])("says that none is needed when %s", async (_when, platforms, config) => {
    expect(await checkMail(() => null, platforms, config)).toEqual([
      { level: "ok", what: "No mail server is needed." },
    ]);
  });

  it.each([
    ["slack", [slack], shopConfig(), /SMTP_URL .*slack\.trust_emails/],
    ["slack and discord", [slack, discord], shopConfig(), /SMTP_URL .*slack\.trust_emails/],
    ["discord", [slack, discord], trusting, /SMTP_URL \([^)]*\)\.$/],
  ])("warns that account data stays off on %s", async (where, platforms, config, fix) => {
    expect(await checkMail(() => null, platforms, config)).toEqual([
      {
        level: "warning",
        what: `Without a mail server customers on ${where} cannot prove their e-mail: what needs their account stays off for them.`,
        fix: expect.stringMatching(fix),
      },
    ]);
  });
});
