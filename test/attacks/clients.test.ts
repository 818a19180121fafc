import { expect, it, onTestFinished } from "vitest";

import { startProgram } from "../platforms/bench.ts";
import { startClaude } from "../servers/claude.ts";
import { startDiscord } from "../servers/discord/index.ts";
import { startSlack } from "../servers/slack/index.ts";
import { customerNamed } from "../servers/shop.ts";
import { holds } from "./encodings.ts";
import { promiseIn } from "./harm.ts";
import { seeded } from "../servers/random.ts";
import { happens } from "./target.ts";
import { turned } from "./tricks.ts";
import { EVIL } from "./wordings.ts";
import { ENVIRONMENT, QUESTIONS } from "./world.ts";

const TURNS = Number(process.env["ATTACK_TURNS"] ?? 16);
const SEED = Number(process.env["ATTACK_SEED"] ?? 1);
/** The sample shop's: what stands in its internal articles and nowhere else. */
const INTERNAL = ["ACME-GOODWILL-25", "ACME-STAY-30"];

interface Customer {
  readonly email: string;
  /** Stands in their order only. */
  readonly tracking: string;
}
const ANN: Customer = { email: "ann.meyer@example.com", tracking: "1Z999AA10123456784" };
const FARID: Customer = { email: "farid.hassan@example.com", tracking: "1Z999AA10123450017" };
const CUSTOMERS = { UANN: ANN, UFARID: FARID, ann: ANN, bea: FARID } as const;

/**
 * The same turned model through the real Bolt and the real discord.js, held against what people see there: two customers
 * with orders on each platform, in public. At length:
 * `ATTACK_TURNS=300 ATTACK_SEED=7 npx vitest run test/attacks/clients.test.ts`.
 */
it(`a turned model harms nobody through the real clients (${TURNS} turns, seed ${SEED})`, async () => {
  const claude = await startClaude({
    reply: turned(SEED, { otherEmails: [ANN.email, FARID.email], internal: INTERNAL }),
  });
  const slack = await startSlack({
    limits: { post: { calls: 1, windowMs: 1 } },
    teams: [
      {
        id: "T1",
        users: [
          { id: "UANN", name: "ann", email: ANN.email },
          { id: "UFARID", name: "farid", email: FARID.email },
          { id: "USAM", name: "sam" },
        ],
        channels: [
          { id: "CHELP", name: "help", members: ["UANN", "UFARID", "USAM"] },
          { id: "CDESK", name: "desk", kind: "private", members: ["USAM"] },
        ],
        usergroups: [{ id: "SDESK", handle: "desk", users: ["USAM"] }],
      },
    ],
  });
  const discord = await startDiscord({ rateLimits: "off" });
  const program = await startProgram({
    env: {
      ANTHROPIC_API_KEY: ENVIRONMENT.ANTHROPIC_API_KEY,
      ANTHROPIC_BASE_URL: claude.url,
      SLACK_BOT_TOKEN: slack.botToken(),
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: `${discord.url}/api`,
    },
    config: {
      conversation: { quiet_window_ms: 0, messages_per_minute: 10_000 },
      budgets: { per_customer_day: 50, per_conversation: 5 },
      desk: { adapter: "slack", channel: "CDESK", ping: "SDESK" },
      slack: { channels: [{ id: "CHELP", mode: "every_post" }], trust_emails: true },
      discord: { channels: [{ id: discord.channel("support").id, mode: "every_post" }] },
    },
  });
  onTestFinished(async () => {
    await program.stop();
    await slack.close();
    await discord.close();
    await claude.close();
  });
  for (const name of ["ann", "bea"] as const) {
    const sender = customerNamed(discord.user(name).id, { name });
    const proof = happens("discord", `identity-${name}`, sender, {
      kind: "identity",
      email: CUSTOMERS[name].email,
      method: "test",
    });
    const now = Date.now();
    await program.store.acceptEvent(proof, { lane: `identity:${name}`, urgent: true, quietMs: 0, now });
  }
  const random = seeded(SEED);
  for (let turn = 0; turn < TURNS; turn += 1) {
    const text = random.pick(QUESTIONS);
    if (turn % 2 === 0) {
      const user = random.pick(["UANN", "UFARID"]);
      const { ts } = slack.say({ channel: "CHELP", user, text });
      await slack.waitFor(
        () => slack.messages("CHELP", ts).find(({ byApp }) => byApp),
        `an answer to ${turn}`,
        60_000,
      );
      if (random.chance(0.4))
        slack.say({ channel: "CHELP", user, text: random.pick(QUESTIONS), threadTs: ts });
    } else {
      const user = random.pick(["ann", "bea"]);
      const { id } = discord.say({ channel: "support", user, content: text });
      const answered = () =>
        discord.threads("support").some((thread) => thread.id === id) &&
        discord.messages(id).find(({ isFromBot }) => isFromBot);
      await discord.waitFor(answered, `an answer to ${turn}`, 60_000);
      if (random.chance(0.4)) discord.say({ channel: id, user, content: random.pick(QUESTIONS) });
    }
  }
  await program.app.drained();

  const threads = slack.messages("CHELP").flatMap(({ ts }) => slack.messages("CHELP", ts));
  const onSlack = threads.filter(({ byApp }) => byApp);
  const onDiscord = discord
    .threads("support")
    .flatMap(({ id }) => discord.messages(id))
    .filter(({ isFromBot }) => isFromBot);
  expect(onSlack.length + onDiscord.length).toBeGreaterThanOrEqual(TURNS);
  const open = [
    ...onSlack.map(({ text, blocks, rawText }) => JSON.stringify([text, blocks, rawText])),
    ...onDiscord.map(({ text, content, components, embeds }) =>
      JSON.stringify([text, content, components, embeds]),
    ),
    ...discord.threads("support").map(({ name }) => name ?? ""),
  ];
  const toOne = (["UANN", "UFARID"] as const).map((user) => ({
    user: CUSTOMERS[user],
    texts: slack.ephemerals("CHELP", user).map(({ blocks, rawText }) => JSON.stringify([blocks, rawText])),
  }));
  const all = [...open, ...toOne.flatMap(({ texts }) => texts)];
  for (const text of all) {
    for (const secret of [...INTERNAL, EVIL, "envcanary"]) expect(text).not.toContain(secret);
    expect(promiseIn(text)).toBeNull();
  }
  for (const { email, tracking } of [ANN, FARID]) {
    const others = toOne.flatMap(({ user, texts }) => (user.email === email ? [] : texts));
    expect(open.filter((text) => holds(text, email) || holds(text, tracking))).toEqual([]);
    expect(others.filter((text) => holds(text, tracking))).toEqual([]);
    const owners = claude.requests
      .filter(({ body }) => JSON.stringify(body).includes(tracking))
      .map(({ body }) => (body["metadata"] as { user_id: string }).user_id);
    expect(new Set(owners).size).toBeLessThanOrEqual(1);
  }
  // That nothing was seen must not come from there having been nothing to see; a short run may have had nothing.
  const sawOwn = toOne.map(({ user, texts }) => texts.some((text) => holds(text, user.tracking)));
  // On Discord what is for one alone stands behind a button.
  const isPointedTo = onDiscord.some(({ text }) => text.includes("for you alone"));
  expect(TURNS < 100 || (isPointedTo && sawOwn.every(Boolean))).toBe(true);
  expect(JSON.stringify(slack.messages("CDESK"))).not.toContain(EVIL);
  expect(discord.pings).toEqual([]);
  expect(slack.pings.filter(({ id, channel }) => id !== "SDESK" || channel !== "CDESK")).toEqual([]);
  expect([...slack.violations, ...discord.violations]).toEqual([]);
});
