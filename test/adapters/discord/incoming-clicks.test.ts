import { describe, expect, it } from "vitest";

import { customId, FORM_INPUT } from "../../../adapters/discord/buttons.ts";
import type { Card } from "../../../src/domain.ts";
import { deskInStaff, type Rig, startRig } from "./incoming-rig.ts";

/** Buttons, forms and commands, through the real discord.js and the whole adapter. */

async function withCard(
  settings = deskInStaff,
): Promise<Rig & { readonly card: string; readonly thread: string }> {
  const rig = await startRig({}, settings);
  const { discord } = rig;
  const staff = discord.channel("staff").id;
  const card: Card = {
    escalationId: "E-17",
    status: "open",
    reason: "customer_request",
    priority: "normal",
    summary: "Wants a person",
    customer: "Ann",
    ticket: "T-17",
    conversation: { adapter: "discord", key: `${discord.guildId}/${discord.channel("support").id}/1` },
    waitingSince: Date.now(),
    tried: [],
    nextStep: "Talk to them",
    ping: false,
  };
  const { thread } = await rig.send({
    to: { adapter: "discord", key: staff },
    content: { kind: "card", card },
  });
  const [message] = discord.messages(staff);
  return { ...rig, card: message?.id ?? "", thread: thread?.key ?? "" };
}

describe("a card's buttons", () => {
  it("claims for staff, with the card's thread as the place, and leaves the card as it is", async () => {
    const { discord, event, card, thread, violations } = await withCard();
    const click = discord.click({ user: "sam", message: card, customId: customId("claim", "E-17") });
    const taken = await event("action");
    expect(taken).toMatchObject({
      eventId: click.id,
      address: { adapter: "discord", key: thread },
      sender: { name: "Sam", role: "staff" },
      body: { kind: "action", action: "claim", escalationId: "E-17" },
    });
    await discord.waitFor(() => click.state !== "waiting", "the acknowledgement");
    expect(violations()).toEqual([]);
  });

  it("asks what solved it and resolves with those words", async () => {
    const { discord, event, card, thread, violations } = await withCard();
    discord.click({ user: "sam", message: card, customId: customId("resolve", "E-17") });
    const form = await discord.waitFor(() => discord.modals.at(0), "a form");
    expect(form.title).toBe("Resolve E-17");
    discord.submitModal({ user: "sam", values: { [FORM_INPUT]: "a new parcel" } });
    const { body, address } = await event("action");
    expect(body).toEqual({ kind: "action", action: "resolve", escalationId: "E-17", note: "a new parcel" });
    expect(address.key).toBe(thread);
    expect(violations()).toEqual([]);
  });

  it("is for those who have the staff role, not for whoever can see the button", async () => {
    const { discord, events, card } = await withCard((server) => ({
      ...deskInStaff(server),
      discord: { staff_role: server.role("staff").id },
    }));
    discord.permit("staff", "ann", "ViewChannel", true);
    const clicks = ["claim", "resolve", "hand_back"] as const;
    for (const name of clicks)
      discord.click({ user: "ann", message: card, customId: customId(name, "E-17") });
    const told = await discord.waitFor(() => atLeast(3, discord.ephemerals("ann")), "three refusals");
    for (const { text } of told) expect(text).toMatch(/Only staff/);
    expect(discord.modals).toEqual([]);
    expect(events).toEqual([]);
  });
});

describe("under an answer", () => {
  it("takes ratings and thumbs in the conversation", async () => {
    const { discord, event, send, violations } = await startRig();
    const dm = { adapter: "discord", key: `dm/${discord.dm("ann").id}` };
    const reply = { kind: "reply", by: "ai", citations: [], inReplyTo: [] } as const;
    await send({ to: dm, content: { ...reply, text: "How was it?", asksRating: true } });
    await send({ id: "d-answer", to: dm, content: { ...reply, text: "So.", asksFeedback: true } });
    const [rating, answer] = discord.messages("@ann");
    discord.click({ user: "ann", message: rating?.id ?? "", customId: customId("rate", "4") });
    expect(await event("rate")).toMatchObject({ address: dm, body: { score: 4 }, visibility: "private" });
    discord.click({ user: "ann", message: answer?.id ?? "", customId: customId("unhelpful", "d-answer") });
    const feedback = await event("feedback");
    expect(feedback).toMatchObject({ address: dm, body: { answer: "d-answer", helpful: false } });
    expect(violations()).toEqual([]);
  });

  it("shows a private answer to the one who asks for it, at the click", async () => {
    const { discord, event, send, violations } = await startRig();
    const asked = discord.say({ channel: "support", user: "ann", content: "my order?" });
    const { address } = await event("message");
    const reply = {
      kind: "reply",
      by: "ai",
      text: "Order 7 is late.",
      citations: [],
      inReplyTo: [],
    } as const;
    await send({
      id: "d-7",
      to: address,
      visibility: "private",
      recipient: discord.user("ann").id,
      content: reply,
    });
    const [pointer] = discord.messages(asked.id).filter(({ content }) => content !== "");
    discord.click({ user: "ann", message: pointer?.id ?? "", customId: customId("reveal", "d-7") });
    const reveal = await event("reveal");
    expect(reveal.body.answer).toBe("d-7");
    await send({
      to: reveal.address,
      visibility: "private",
      recipient: discord.user("ann").id,
      content: reply,
    });
    expect(discord.ephemerals("ann").map(({ text }) => text)).toEqual(["Order 7 is late."]);
    expect(violations()).toEqual([]);
  });
});

describe("commands", () => {
  it("takes an e-mail from a form and answers there", async () => {
    const { discord, event, send, violations } = await startRig();
    discord.slash({ user: "ann", channel: "support", name: "verify" });
    await discord.waitFor(() => discord.modals.length > 0, "a form");
    discord.submitModal({ user: "ann", values: { [FORM_INPUT]: " ann@example.com " } });
    const verify = await event("verify");
    expect(verify).toMatchObject({ visibility: "private", body: { email: "ann@example.com" } });
    const notice = { kind: "notice", text: "A code is on its way.", offers: ["enter_code"] } as const;
    await send({ to: verify.address, visibility: "private", recipient: verify.sender.id, content: notice });
    const [shown] = discord.ephemerals("ann");
    discord.click({ user: "ann", message: shown?.id ?? "", customId: customId("enter_code") });
    await discord.waitFor(() => discord.modals.length > 1, "the second form");
    discord.submitModal({ user: "ann", values: { [FORM_INPUT]: "123456" } });
    expect((await event("verify_code")).body.code).toBe("123456");
    expect(violations()).toEqual([]);
  });

  it("takes an e-mail with the command itself, and takes it off again", async () => {
    const { discord, event, violations } = await startRig();
    discord.slash({ user: "ann", channel: "support", name: "verify", options: { email: "ann@example.com" } });
    expect((await event("verify")).body.email).toBe("ann@example.com");
    const unlink = discord.slash({ user: "ann", channel: discord.dm("ann"), name: "unlink" });
    expect((await event("unlink")).address.key).toContain(`/~${discord.botId}/${unlink.token}`);
    await discord.waitFor(() => unlink.state === "deferred", "the acknowledgement");
    expect(violations()).toEqual([]);
  });

  it("takes staff's commands with their words", async () => {
    const { discord, event, violations } = await startRig();
    const find = { name: "desk", subcommand: "find", options: { text: "T-17" } } as const;
    discord.slash({ user: "sam", channel: "staff", ...find });
    const { body, sender } = await event("command");
    expect(body).toEqual({ kind: "command", command: "find", text: "T-17" });
    expect(sender.role).toBe("staff");
    expect(violations()).toEqual([]);
  });

  it("takes no staff commands from customers", async () => {
    const { discord, events } = await startRig();
    discord.slash({ user: "ann", channel: "support", name: "desk", subcommand: "pause" });
    const [told] = await discord.waitFor(() => atLeast(1, discord.ephemerals("ann")), "a refusal");
    expect(told?.text).toMatch(/Only staff/);
    expect(events).toEqual([]);
  });

  it("works a message that its author or staff chose, as the author's own", async () => {
    const { discord, event, violations } = await startRig();
    const said = discord.say({ channel: "general", user: "ann", content: "my order?" });
    const seen = await event("message");
    discord.contextMenu({ user: "sam", name: "Ask Deskhand", message: said });
    const asked = await event("message", ({ body }) => body.addressed);
    expect(asked).toMatchObject({
      eventId: `${said.id}:ask`,
      address: seen.address,
      sender: { name: "Ann", role: "customer" },
      body: { text: "my order?", messageId: said.id },
    });
    discord.contextMenu({ user: "ann", name: "Escalate", message: said });
    const escalated = await event("message", ({ body }) => body.callsPerson === true);
    expect(escalated.eventId).toBe(`${said.id}:escalate`);
    await discord.waitFor(() => discord.ephemerals("ann").length > 0, "a word to Ann");
    expect(violations()).toEqual([]);
  });

  it("lets nobody else choose a message", async () => {
    const { discord, events, event } = await startRig();
    const said = discord.say({ channel: "general", user: "ann", content: "my order?" });
    await event("message");
    discord.contextMenu({ user: "bea", name: "Escalate", message: said });
    const [told] = await discord.waitFor(() => atLeast(1, discord.ephemerals("bea")), "a refusal");
    expect(told?.text).toMatch(/author of a message, or staff/);
    expect(events).toHaveLength(1);
  });

  it("answers a click after its acknowledgement, however fast the core is", async () => {
    const rig = await startRig();
    const { discord } = rig;
    let answer: Promise<unknown> = Promise.resolve();
    rig.refuses = ({ address, sender }) => {
      const content = { kind: "notice", text: "It is off this account." } as const;
      answer = rig.send({ to: address, visibility: "private", recipient: sender.id, content });
      return null;
    };
    discord.slash({ user: "ann", channel: "support", name: "unlink" });
    await discord.waitFor(() => discord.ephemerals("ann").find(({ text }) => text !== ""), "the answer");
    await answer;
    expect(discord.ephemerals("ann").map(({ text }) => text)).toEqual(["It is off this account."]);
    expect(rig.violations()).toEqual([]);
  });

  it("acknowledges a click over a line that broke once", async () => {
    const { discord, event, violations } = await startRig();
    discord.failNext("POST /interactions/:id/:token/callback", { cut: true });
    const click = discord.slash({ user: "ann", channel: "support", name: "unlink" });
    await event("unlink");
    await discord.waitFor(() => click.state === "deferred", "the acknowledgement");
    expect(violations()).toEqual([]);
  });

  it("tells the person when a click could not be kept", async () => {
    const rig = await startRig();
    rig.refuses = () => new Error("the disk is full");
    const { discord } = rig;
    discord.slash({ user: "ann", channel: "support", name: "unlink" });
    const [told] = await discord.waitFor(() => atLeast(1, discord.ephemerals("ann")), "a word");
    expect(told?.text).toMatch(/not taken/);
    expect(rig.violations()).toEqual([]);
  });
});

function atLeast<T>(count: number, list: readonly T[]): readonly T[] | null {
  return list.length >= count ? list : null;
}
