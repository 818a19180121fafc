import { describe, expect, it, onTestFinished } from "vitest";

import { type DiscordServer, startDiscord } from "../servers/discord/index.ts";
import { startMailServer } from "../servers/mail.ts";
import { type SlackServer, startSlack } from "../servers/slack/index.ts";
import { type Program, startProgram } from "./bench.ts";

/** Acme on both platforms at once; the desk is on one of them. */
interface Shop {
  readonly slack: SlackServer;
  readonly discord: DiscordServer;
  readonly program: Program;
}

interface OpenOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** More of the section `desk`. */
  readonly more?: Readonly<Record<string, unknown>>;
}

async function open(desk: "slack" | "discord", { env, more }: OpenOptions = {}): Promise<Shop> {
  const slack = await startSlack({
    limits: { post: { calls: 1, windowMs: 20 } },
    teams: [
      {
        id: "T1",
        users: [
          { id: "UANN", name: "ann", email: "ann@example.com" },
          { id: "USAM", name: "sam" },
        ],
        channels: [
          { id: "CHELP", name: "help", members: ["UANN", "USAM"] },
          { id: "CDESK", name: "desk", kind: "private", members: ["USAM"] },
        ],
        usergroups: [{ id: "SDESK", handle: "desk", users: ["USAM"] }],
      },
    ],
  });
  const discord = await startDiscord({ rateLimits: "off" });
  const channel = desk === "slack" ? "CDESK" : discord.channel("staff").id;
  const program = await startProgram({
    env: {
      SLACK_BOT_TOKEN: slack.botToken(),
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: `${discord.url}/api`,
      ...env,
    },
    config: {
      desk: { adapter: desk, channel, ...more },
      slack: { channels: [{ id: "CHELP", mode: "every_post" }] },
      discord: { channels: [{ id: discord.channel("support").id, mode: "every_post" }] },
    },
  });
  onTestFinished(async () => {
    await program.stop();
    await slack.close();
    await discord.close();
  });
  return { slack, discord, program };
}

describe("one desk for both platforms", () => {
  it("lets staff on Slack help a customer on Discord: words, edits, deletions, files, marks, rating", async () => {
    const { slack, discord } = await open("slack");
    const asked = discord.say({ channel: "support", user: "ann", content: "Can I talk to a human?" });
    const thread = asked.id;
    const inThread = (pattern: RegExp) =>
      discord.waitFor(
        () =>
          discord.threads("support").some(({ id }) => id === thread) &&
          discord.messages(thread).find(({ text, isFromBot }) => isFromBot && pattern.test(text)),
        `${pattern} on Discord`,
        60_000,
      );
    await inThread(/handing this to a person/);
    const card = await slack.waitFor(() => slack.messages("CDESK").find(({ byApp }) => byApp), "a card");
    await slack.click({ user: "USAM", channel: "CDESK", messageTs: card.ts, text: "Claim" });
    await inThread(/sam from our team is here/i);
    const atDesk = (pattern: RegExp) =>
      slack.waitFor(
        () => slack.messages("CDESK", card.ts).find(({ text, byApp }) => byApp && pattern.test(text)),
        `${pattern} at the desk`,
        60_000,
      );

    const invoice = { name: "invoice.txt", mimetype: "text/plain", bytes: Buffer.from("INV-1: $20") };
    const words = slack.say({
      channel: "CDESK",
      user: "USAM",
      text: "Hello *Ann* &amp; co, here is your invoice.",
      threadTs: card.ts,
      files: [invoice],
    });
    const relayed = await inThread(/here is your invoice/);
    expect(relayed).toMatchObject({ author: "sam" });
    expect(relayed.attachments.map(({ name, bytes }) => [name, bytes.toString("utf8")])).toEqual([
      ["invoice.txt", "INV-1: $20"],
    ]);
    await slack.waitFor(
      () =>
        slack
          .messages("CDESK", card.ts)
          .find(({ ts, reactions }) => ts === words.ts && reactions["white_check_mark"]),
      "a mark",
    );
    const reply = discord.say({
      channel: thread,
      user: "ann",
      content: "Thanks! My photo:",
      files: [{ name: "photo.png", contentType: "image/png", bytes: Buffer.from("PNG!") }],
    });
    const seen = await atDesk(/My photo/);
    await discord.waitFor(
      () => discord.message(reply).reactions.some(({ emoji }) => emoji === "✅"),
      "a mark on Ann's words",
    );
    const withFile = await slack.waitFor(
      () =>
        slack.messages("CDESK", card.ts).find(({ files }) => files.some(({ name }) => name === "photo.png")),
      "the photo at the desk",
    );
    expect(withFile.files[0]?.bytes.toString("utf8")).toBe("PNG!");
    expect(JSON.stringify(seen)).not.toContain(discord.url);
    discord.edit(reply, "Thanks! My photo of the dent:");
    await atDesk(/photo of the dent/);
    discord.remove(reply);
    await atDesk(/took back a message/);
    slack.edit({ channel: "CDESK", ts: words.ts, text: "Hello Ann, here is your corrected invoice." });
    await inThread(/corrected invoice/);
    slack.remove({ channel: "CDESK", ts: words.ts });
    await discord.waitFor(
      () => !discord.messages(thread).some(({ text }) => text.includes("corrected invoice")),
      "what was taken back is gone",
    );

    await slack.click({ user: "USAM", channel: "CDESK", messageTs: card.ts, text: "Resolve" });
    const view = await slack.waitFor(() => slack.openViews("USAM").at(-1), "the form");
    await slack.submit({
      user: "USAM",
      viewId: view.id,
      values: { deskhand_value: "sent the invoice again" },
    });
    const question = await inThread(/How did we do/);
    discord.click({ user: "ann", message: question, label: "5" });
    await inThread(/Thank you for the rating/);
    expect([...slack.violations, ...discord.violations, ...discord.pings]).toEqual([]);
  });

  it("lets staff on Discord help a customer on Slack, the same way", async () => {
    const { slack, discord } = await open("discord");
    const asked = slack.say({ channel: "CHELP", user: "UANN", text: "Can I talk to a human?" });
    const inThread = (pattern: RegExp) =>
      slack.waitFor(
        () => slack.messages("CHELP", asked.ts).find(({ text, byApp }) => byApp && pattern.test(text)),
        `${pattern} on Slack`,
        60_000,
      );
    await inThread(/handing this to a person/);
    const card = await discord.waitFor(() => discord.messages("staff").at(0), "a card");
    discord.click({ user: "sam", message: card, label: "Claim" });
    await inThread(/Sam from our team is here/i);
    const desk = await discord.waitFor(() => discord.threads("staff").at(0), "the card's thread");
    const atDesk = (pattern: RegExp) =>
      discord.waitFor(
        () => discord.messages(desk.id).find(({ text, isFromBot }) => isFromBot && pattern.test(text)),
        `${pattern} at the desk`,
        60_000,
      );

    const words = discord.say({
      channel: desk.id,
      user: "sam",
      content: "Hello **Ann** <!channel>, here is your invoice.",
      files: [{ name: "invoice.txt", contentType: "text/plain", bytes: Buffer.from("INV-1: $20") }],
    });
    const relayed = await inThread(/here is your invoice/);
    expect(relayed.username).toBe("Sam");
    await slack.waitFor(
      () =>
        slack
          .messages("CHELP", asked.ts)
          .find(({ files }) => files.some(({ bytes }) => bytes.toString("utf8") === "INV-1: $20")),
      "the invoice",
    );
    await discord.waitFor(
      () => discord.message(words).reactions.some(({ emoji }) => emoji === "✅"),
      "a mark",
    );
    const reply = slack.say({
      channel: "CHELP",
      user: "UANN",
      text: "Thanks! @everyone &lt;3",
      threadTs: asked.ts,
      files: [{ name: "photo.png", bytes: Buffer.from("PNG!") }],
    });
    const seen = await atDesk(/Thanks!/);
    expect(seen.attachments.map(({ name, bytes }) => [name, bytes.toString("utf8")])).toEqual([
      ["photo.png", "PNG!"],
    ]);
    expect(seen.text).not.toContain(slack.apiUrl);
    await slack.waitFor(
      () =>
        slack
          .messages("CHELP", asked.ts)
          .find(({ ts, reactions }) => ts === reply.ts && reactions["white_check_mark"]),
      "a mark on Ann's words",
    );
    slack.edit({ channel: "CHELP", ts: reply.ts, text: "Thanks a lot!" });
    await atDesk(/Thanks a lot!/);
    slack.remove({ channel: "CHELP", ts: reply.ts });
    await atDesk(/deleted/);
    discord.remove(words);
    await slack.waitFor(
      () =>
        slack
          .messages("CHELP", asked.ts)
          .every(({ text, deleted }) => deleted || !text.includes("here is your invoice")),
      "what was taken back is gone",
    );

    discord.click({ user: "sam", message: card, label: "Resolve" });
    await discord.waitFor(() => discord.modals.length > 0, "the form");
    discord.submitModal({ user: "sam", values: { "deskhand:input": "sent it again" } });
    const question = await inThread(/How did we do/);
    await slack.click({ user: "UANN", channel: "CHELP", messageTs: question.ts, text: "4" });
    await inThread(/Thank you for the rating/);
    expect([...slack.violations, ...discord.violations, ...discord.pings, ...slack.pings]).toEqual([]);
  });

  it("passes on what it may of files, either way, and says what it left behind and why", async () => {
    const { slack, discord } = await open("slack");
    const large = Buffer.alloc(11 * 1024 * 1024, "x");
    const asked = discord.say({ channel: "support", user: "ann", content: "Can I talk to a human?" });
    const card = await slack.waitFor(() => slack.messages("CDESK").find(({ byApp }) => byApp), "a card");
    await slack.click({ user: "USAM", channel: "CDESK", messageTs: card.ts, text: "Claim" });
    const inThread = (pattern: RegExp) =>
      discord.waitFor(
        () =>
          discord.threads("support").some(({ id }) => id === asked.id) &&
          discord.messages(asked.id).find(({ text, isFromBot }) => isFromBot && pattern.test(text)),
        `${pattern} on Discord`,
        60_000,
      );
    await inThread(/sam from our team is here/i);
    slack.say({
      channel: "CDESK",
      user: "USAM",
      text: "Here is all of it",
      threadTs: card.ts,
      files: [
        { name: "small.txt", bytes: Buffer.from("small") },
        { name: "large.log", bytes: large },
        { name: "tool.exe", bytes: Buffer.from("tool") },
      ],
    });
    const relayed = await inThread(/Here is all of it/);
    expect(relayed.attachments.map(({ name }) => name)).toEqual(["small.txt"]);
    expect(relayed.text).toContain("large.log (11 MB) is not here: Discord takes up to 10 MB.");
    expect(relayed.text).toContain("tool.exe (1 KB) is not here: programs are not passed on");

    discord.say({
      channel: asked.id,
      user: "ann",
      content: "And mine",
      files: [
        { name: "mine.log", contentType: "text/plain", bytes: large },
        { name: "photo.png", contentType: "image/png", bytes: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2]) },
      ],
    });
    const atDesk = await slack.waitFor(
      () => slack.messages("CDESK", card.ts).find(({ text, byApp }) => byApp && text.includes("photo.png")),
      "what Slack says of the photo",
      60_000,
    );
    expect(atDesk.text).toContain("programs are not passed on");
    const shared = await slack.waitFor(
      () =>
        slack.messages("CDESK", card.ts).find(({ files }) => files.some(({ name }) => name === "mine.log")),
      "the log at the desk",
    );
    expect(shared.files.map(({ bytes }) => bytes.length)).toEqual([large.length]);
    expect([...slack.violations, ...discord.violations, ...discord.pings]).toEqual([]);
  });

  it("calls staff on Slack again for a customer on Discord whom nobody has claimed", async () => {
    const { slack, discord } = await open("slack", { more: { remind_after_minutes: [0.01], ping: "SDESK" } });
    discord.say({ channel: "support", user: "ann", content: "Can I talk to a human?" });
    const card = await slack.waitFor(() => slack.messages("CDESK").find(({ byApp }) => byApp), "a card");
    await slack.waitFor(
      () => slack.messages("CDESK", card.ts).find(({ text }) => /priority is now high/.test(text)),
      "a reminder",
      60_000,
    );
    expect(slack.pings.map(({ kind, id }) => [kind, id])).toEqual([
      ["usergroup", "SDESK"],
      ["usergroup", "SDESK"],
    ]);
    expect([...slack.violations, ...discord.violations, ...discord.pings]).toEqual([]);
  });

  it("knows one customer by the e-mail that they proved on both, and lists their tickets on both", async () => {
    const mail = await startMailServer();
    const { slack, discord } = await open("slack", { env: { SMTP_URL: mail.url } });
    const onSlack = async (text: string, answer: RegExp) => {
      await slack.command({ user: "UANN", channel: "CHELP", command: "/deskhand", text });
      return slack.waitFor(
        () => slack.ephemerals("CHELP", "UANN").find((message) => answer.test(message.text)),
        `${answer} for Ann on Slack`,
        60_000,
      );
    };
    const onDiscord = (answer: RegExp) =>
      discord.waitFor(
        () => discord.ephemerals("ann").find(({ text }) => answer.test(text)),
        `${answer} for Ann on Discord`,
        60_000,
      );

    await onSlack("verify ann.meyer@example.com", /code is on its way/);
    await onSlack(`code ${mail.lastCode()}`, /your e-mail is verified/);
    slack.say({ channel: "CHELP", user: "UANN", text: "Can I talk to a human?" });
    await slack.waitFor(() => slack.messages("CDESK").find(({ byApp }) => byApp), "a card");

    discord.slash({
      user: "ann",
      channel: "support",
      name: "verify",
      options: { email: "Ann.Meyer@Example.com" },
    });
    const sent = await onDiscord(/code is on its way/);
    discord.click({ user: "ann", message: sent, label: "Enter the code" });
    await discord.waitFor(() => discord.modals.length > 0, "the form");
    discord.submitModal({ user: "ann", values: { "deskhand:input": mail.lastCode().toLowerCase() } });
    await onDiscord(/your e-mail is verified/);
    discord.slash({ user: "ann", channel: "support", name: "tickets" });
    expect((await onDiscord(/1 open ticket/)).text).toMatch(/T-\d+.*escalated/);

    // Her order is for her alone, though she asks where everybody reads.
    const asked = discord.say({ channel: "support", user: "ann", content: "Where is my order ORD-7310?" });
    const pointer = await discord.waitFor(
      () =>
        discord.threads("support").some(({ id }) => id === asked.id) &&
        discord.messages(asked.id).find(({ text }) => text.includes("for you alone")),
      "a pointer",
      60_000,
    );
    discord.click({ user: "bea", message: pointer, label: "Show my answer" });
    await discord.waitFor(
      () => discord.ephemerals("bea").find(({ text }) => text.includes("somebody else")),
      "a no",
    );
    discord.click({ user: "ann", message: pointer, label: "Show my answer" });
    await onDiscord(/shipped/);
    const everybodyReads = discord.messages(asked.id).map(({ text }) => text);
    expect(everybodyReads.join("\n")).not.toContain("shipped");
    expect([...slack.violations, ...discord.violations, ...discord.pings, ...slack.pings]).toEqual([]);
  });
});
