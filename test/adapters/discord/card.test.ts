import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { toAddress } from "../../../adapters/discord/address.ts";
import { renderCard } from "../../../adapters/discord/card.ts";
import { customId } from "../../../adapters/discord/buttons.ts";
import type { Address, Card } from "../../../src/domain.ts";
import { type Bench, CARD, delivery, openBench, reply } from "./sender-bench.ts";

const PATIENCE = 60_000;

describe("a card at the desk", { timeout: PATIENCE }, () => {
  let bench: Bench;
  let to: Address;
  beforeEach(async () => {
    bench = await openBench();
    // As the setting has it: the channel alone.
    to = toAddress({ kind: "channel", guild: "", channel: bench.discord.channel("staff").id });
  }, PATIENCE);
  afterEach(() => bench.close(), PATIENCE);

  const card = (more: Partial<Card> = {}, id = "turn-1.2", replaces?: string) =>
    delivery(
      to,
      { kind: "card", card: { ...CARD, ...more } },
      { id, ...(replaces !== undefined && { replaces }) },
    );

  it("says everything that staff need, calls the one role and opens the thread to the customer", async () => {
    const { discord } = bench;
    const sent = await bench.send(card());
    const [posted] = discord.messages("staff");
    for (const words of [
      "Waiting for a person",
      "Ann asks for a refund of $450 for order A-1.",
      "**Customer:** Ann",
      "asked for a person",
      "**Priority:** high",
      "T-9 · E-17",
      "<t:1764000000:R>",
      "- Searched for the refund policy",
      "**Suggested next step:** Decide on the refund.",
    ]) {
      expect(posted?.text).toContain(words);
    }
    expect(posted?.buttons.map(({ label, customId, url }) => [label, customId ?? url])).toEqual([
      ["Claim", "deskhand:claim:E-17"],
      ["Resolve", "deskhand:resolve:E-17"],
      ["Hand back", "deskhand:hand_back:E-17"],
      ["Open the conversation", "https://acme.slack.com/archives/C1/p1"],
    ]);
    expect(discord.pings).toMatchObject([{ kind: "role", targetName: "staff", messageId: posted?.id }]);
    const [thread] = discord.threads("staff");
    expect(thread).toMatchObject({ id: posted?.id, name: "T-9 · Ann" });
    const { id: parent } = discord.channel("staff");
    const guild = discord.guildId;
    expect(sent.thread).toEqual(toAddress({ kind: "thread", guild, parent, thread: posted?.id ?? "" }));
  });

  it("changes in place, with the buttons that still make sense", async () => {
    const { discord } = bench;
    const { messageId, thread } = await bench.send(card());
    const claimed = { status: "claimed", claimedBy: { id: "1", name: "Sam" }, ping: false } as const;
    const again = await bench.send(card(claimed, "claim-1.1", messageId));
    expect(again).toEqual({ messageId, thread });
    expect(discord.messages("staff")).toHaveLength(1);
    expect(discord.messages("staff")[0]?.text).toContain("Claimed by Sam");
    expect(
      discord
        .messages("staff")[0]
        ?.buttons.map(({ label }) => label)
        .slice(0, 2),
    ).toEqual(["Resolve", "Hand back"]);
    await bench.send(card({ ...claimed, status: "resolved" }, "resolve-1.1", messageId));
    expect(discord.messages("staff")[0]?.buttons.map(({ label }) => label)).toEqual([
      "Open the conversation",
    ]);
    expect(discord.pings).toHaveLength(1);
  });

  it("calls the role again with a reminder in the card's thread, once, however often it is sent", async () => {
    const { discord } = bench;
    const { thread } = await bench.send(card());
    const text = "Unclaimed for 5 minutes; priority is now high.";
    const notice = { kind: "notice", escalationId: "E-17", text } as const;
    const reminder = delivery(thread ?? to, { ...notice, ping: true }, { id: "remind-1.2" });
    await bench.send(reminder);
    await bench.send(reminder, { maybeSent: true });
    await bench.send(delivery(thread ?? to, notice, { id: "n.1" }));
    expect(discord.pings.map(({ kind, targetName }) => `${kind} ${targetName}`)).toEqual([
      "role staff",
      "role staff",
    ]);
    const desk = discord.threads("staff").map(({ id }) => discord.messages(id));
    expect(desk.flat().map(({ content }) => content)).toEqual([
      `<@&${discord.role("staff").id}> ${text}`,
      text,
    ]);
  });

  it("is posted once when the answer of Discord is lost, also after minutes", async () => {
    const { discord } = bench;
    discord.failNext("POST /channels/:id/messages", { cut: true, afterApplying: true });
    await expect(bench.send(card())).rejects.toMatchObject({ code: "delivery_failed" });
    bench.pass(10 * 60_000);
    discord.failNext("POST /channels/:id/messages/:id/threads", { cut: true, afterApplying: true });
    await expect(bench.send(card(), { maybeSent: true })).rejects.toMatchObject({ code: "delivery_failed" });
    const { thread } = await bench.send(card(), { maybeSent: true });
    expect(discord.messages("staff")).toHaveLength(1);
    expect(thread?.key).toContain(discord.messages("staff")[0]?.id);
  });

  it("is posted once when Discord asks for a pause before its thread is made, and the process ends", async () => {
    const { discord } = bench;
    discord.failNext("POST /channels/:id/messages/:id/threads", { status: 429, retryAfter: 1 });
    await expect(bench.send(card()), "what is written down: it may be there").rejects.toMatchObject({
      code: "delivery_failed",
      retryable: true,
    });
    bench.pass(10 * 60_000);
    const { thread } = await bench.send(card(), { maybeSent: true });
    expect(discord.messages("staff")).toHaveLength(1);
    expect(thread?.key).toContain(discord.messages("staff")[0]?.id);
  });

  it("stands without a thread where none may be made, and says what to do in the log", async () => {
    const { discord } = bench;
    discord.permit("staff", "deskhand", "CreatePublicThreads", false);
    const sent = await bench.send(card());
    expect(sent.thread).toBeUndefined();
    expect(discord.messages("staff")).toHaveLength(1);
    expect(bench.logged.join()).toContain("a card has no thread");
  });

  it("brings words to its thread, and notices", async () => {
    const { discord } = bench;
    const { thread } = await bench.send(card());
    if (!thread) throw new Error("no thread");
    await bench.send(delivery(thread, { kind: "notice", text: "Sam has it already." }, { id: "n1" }));
    await bench.send(delivery(thread, reply("From the AI."), { id: "n2" }));
    expect(discord.messages("T-9 · Ann").map(({ content }) => content)).toEqual([
      "Sam has it already.",
      "From the AI.",
    ]);
  });

  it("stays within what Discord takes, however much there is to say", async () => {
    const long = "@everyone *_`[x](https://acme.example)`_* ".repeat(300);
    const tried = Array.from({ length: 40 }, () => long);
    const name = { id: "1", name: long };
    const all = { summary: long, customer: long, ticket: long, tried, nextStep: long, claimedBy: name };
    await bench.send(card({ ...all, status: "claimed" }));
    const [posted] = bench.discord.messages("staff");
    expect(posted?.text).not.toContain("@everyone");
    expect(posted?.text).toContain("and 32 more");
    expect(bench.discord.pings.map(({ kind }) => kind)).toEqual(["role"]);
  });
});

describe("a card without a role to call", () => {
  it("calls nobody", () => {
    const { allowed_mentions, components } = renderCard(CARD);
    expect(allowed_mentions).toEqual({ parse: [] });
    expect(JSON.stringify(components)).not.toContain("<@&");
  });

  it("has ids for its buttons that Discord takes", () => {
    expect(customId("hand_back", `E-${"1".repeat(60)}`).length).toBeLessThanOrEqual(100);
  });
});
