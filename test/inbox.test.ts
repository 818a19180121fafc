import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { InboundBody, InboundEvent } from "../src/domain.ts";
import { createInbox, type Inbox, type InboxDeps } from "../src/inbox.ts";
import { place } from "../src/lanes.ts";
import type { Store, Work } from "../src/store/store.ts";
import { card } from "./contracts/store-desk.ts";
import { newDesk } from "./desk/bench.ts";
import {
  customerNamed,
  eventOf,
  messageBody,
  MINUTE,
  noLog,
  shopConfig,
  staffNamed,
  storeOnFile,
  T0,
  until,
} from "./servers/shop.ts";

/** The inbox over the real store, with a clock that the test turns. */
describe("the inbox", () => {
  let store: Store;
  let inbox: Inbox;
  let now: number;
  let worked: string[];
  let asideErrors: string[];
  let events = 0;

  const open = (handle: InboxDeps["handle"], quietMs = 0) => {
    inbox = createInbox({
      store,
      config: shopConfig({ conversation: { quiet_window_ms: quietMs } }),
      now: () => now,
      log: noLog(),
      owner: "w1",
      isShared: false,
      handle,
      onSetAside: async (_work, error) => void asideErrors.push(error),
    });
  };
  const finish = async (work: Work): Promise<"done"> => {
    worked.push(work.events.map(({ event: { body } }) => ("text" in body ? body.text : body.kind)).join("+"));
    await store.commitDesk(work, null, now);
    return "done";
  };
  const send = (body: InboundBody, more: Partial<InboundEvent> = {}) => {
    events += 1;
    return inbox.intake(eventOf(`e${events}`, body, { sentAt: now, ...more }));
  };
  const says = (text: string, more: Partial<InboundEvent> = {}) =>
    send(messageBody(`m${events + 1}`, text), more);
  const inPlace = (key: string) => ({ address: { adapter: "chat", key } });
  /** Lets the clock jump, as the pump would have waited. */
  const later = (ms: number) => {
    now += ms;
    inbox.pump.wake();
  };

  beforeEach(async () => {
    store = await storeOnFile();
    now = T0;
    worked = [];
    asideErrors = [];
  });
  afterEach(() => inbox.pump.stop());

  it("keeps no card number and no password of a customer, in words, names, files and edits", async () => {
    open(finish, MINUTE);
    const card = "4242 4242 4242 4242";
    const file = { name: `${card}.png`, mimeType: "image/png", bytes: 1, adapter: "chat", ref: "r" };
    await send(messageBody("m", `charge ${card}, password: hunter2`, { attachments: [file] }), {
      sender: customerNamed("ann", { name: `Ann ${card}` }),
    });
    await send({ kind: "edit", messageId: "m", text: `charge ${card} twice` });
    now += MINUTE * 6;
    const work = await store.claimWork("w2", now, MINUTE);
    const kept = JSON.stringify(work?.events);
    expect(work?.events).toHaveLength(2);
    expect(kept).not.toMatch(/4242|hunter2/);
    expect(kept.match(/card number removed/g)).toHaveLength(4);
  });

  it("leaves the words of staff as they are", async () => {
    open(finish, MINUTE);
    open(finish, MINUTE);
    const words = messageBody("m", "your new password is Summer-2026", { mode: "every_post" });
    await inbox.pump.stop();
    await send(words, { sender: staffNamed("sam") });
    const work = await store.claimWork("w2", now, MINUTE);
    expect(JSON.stringify(work?.events)).toContain("Summer-2026");
  });

  it("has an event on disk before it says so, and says when it was there already", async () => {
    open(finish, MINUTE);
    const event = eventOf("once", messageBody("m", "hello"));
    expect(await inbox.intake(event)).toBe("accepted");
    expect(await store.pending([])).toMatchObject({ events: 1 });
    expect(await inbox.intake(event)).toBe("duplicate");
    expect(await store.pending([])).toMatchObject({ events: 1 });
  });

  it("works a lane in order, and lanes side by side", async () => {
    const release = Promise.withResolvers<void>();
    open(async (work) => {
      if (work.lane.endsWith("slow")) await release.promise;
      return finish(work);
    });
    await says("slow 1", inPlace("slow"));
    await until(() => inbox.pump.running() === 1);
    await says("slow 2", inPlace("slow"));
    await says("quick", inPlace("quick"));
    await until(() => worked.length === 1);
    expect(worked).toEqual(["quick"]);
    release.resolve();
    await until(() => worked.length === 3);
    expect(worked).toEqual(["quick", "slow 1", "slow 2"]);
  });

  it("makes one turn of a burst", async () => {
    open(finish, 1_000);
    await says("hey");
    await says("how do I");
    await says("export?");
    expect(worked).toEqual([]);
    later(1_000);
    await until(() => worked.length === 1);
    expect(worked).toEqual(["hey+how do I+export?"]);
  });

  it("lets staff work without waiting for a quiet window or for the customer's turn", async () => {
    const release = Promise.withResolvers<void>();
    open(async (work) => {
      if (work.lane.startsWith("talk:")) await release.promise;
      return finish(work);
    });
    await says("hello");
    await until(() => inbox.pump.running() === 1);
    const inChannel = messageBody("s1", "I have this one", { mode: "every_post" });
    await inbox.intake(eventOf("s1", inChannel, { sender: staffNamed("sam") }));
    await until(() => worked.length === 1);
    expect(worked).toEqual(["I have this one"]);
    release.resolve();
  });

  it("sets aside what failed too often, not what joined it at the last try", async () => {
    open(async (work) => {
      if (work.events.some(({ event }) => event.eventId.startsWith("poison")))
        throw new Error("cannot be worked");
      return finish(work);
    });
    await inbox.intake(eventOf("poison", messageBody("m-poison", "poison")));
    for (const pause of [1_000, 4_000, 16_000]) {
      await until(async () => inbox.pump.running() === 0 && ((await store.nextWorkAt()) ?? 0) > now);
      later(pause);
    }
    await until(async () => inbox.pump.running() === 0 && ((await store.nextWorkAt()) ?? 0) > now);
    await says("innocent");
    later(64_000);
    await until(() => worked.length === 1);
    expect(worked).toEqual(["innocent"]);
    expect(await store.counts()).toMatchObject({ setAside: 1 });
  });

  it("tries again with growing pauses, then sets the event aside, reports it and goes on", async () => {
    const tries: number[] = [];
    open(async (work) => {
      if (!work.events[0].event.eventId.startsWith("poison")) return finish(work);
      tries.push(now - T0);
      throw new Error("cannot be worked");
    });
    await inbox.intake(eventOf("poison", messageBody("p", "poison")));
    for (const pause of [1_000, 4_000, 16_000, 64_000]) {
      const before = tries.length;
      await until(() => tries.length > 0 && inbox.pump.running() === 0);
      later(pause - 1);
      await until(() => inbox.pump.running() === 0);
      expect(tries.length, "not before its time").toBe(Math.max(before, 1));
      later(1);
      await until(() => tries.length > Math.max(before, 1) && inbox.pump.running() === 0);
    }
    await until(() => asideErrors.length === 1);
    expect(tries).toEqual([0, 1_000, 5_000, 21_000, 85_000]);
    expect(asideErrors).toEqual(["cannot be worked"]);
    expect(await store.counts()).toMatchObject({ setAside: 1 });
    await says("next");
    await until(() => worked.length === 1);
  });

  it("does not count it as a failure when work is given back to be done anew", async () => {
    const attempts: number[] = [];
    open(async (work) => {
      attempts.push(work.events[0].attempts);
      return attempts.length < 4 ? "again" : finish(work);
    });
    await says("hello");
    await until(() => worked.length === 1);
    expect(attempts).toEqual([0, 0, 0, 0]);
  });

  it("waits a moment while an AI message is on the wire", async () => {
    let calls = 0;
    open(async (work) => {
      calls += 1;
      return calls === 1 ? "busy" : finish(work);
    });
    await says("claim", { sender: staffNamed("sam") });
    await until(() => calls === 1 && inbox.pump.running() === 0);
    later(149);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(calls).toBe(1);
    later(1);
    await until(() => worked.length === 1);
  });

  describe("while a turn is being written", () => {
    /** A turn that goes on until it is interrupted; after that, turns are finished at once. */
    const untilInterrupted = () => {
      const interrupted: string[] = [];
      open(async (work, signal) => {
        if (interrupted.length > 0 || work.lane.startsWith("desk:")) return finish(work);
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
        interrupted.push(work.lane);
        throw signal.reason;
      });
      return interrupted;
    };
    const quiet = async () => {
      await until(() => inbox.pump.running() <= 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
    };

    it.each<[string, InboundBody]>([
      ["calls for a person", messageBody("m9", "let me talk to a human please")],
      ["edits the message", { kind: "edit", messageId: "m1", text: "better" }],
      ["deletes the message", { kind: "delete", messageId: "m1" }],
    ])("a customer who %s ends it, and it is done anew with that in it", async (_what, body) => {
      const interrupted = untilInterrupted();
      await send(messageBody("m1", "how do I export?"));
      await until(() => inbox.pump.running() === 1);
      await send(body);
      await until(() => worked.length === 1);
      expect(interrupted).toEqual(["talk:chat:c1"]);
      expect(worked).toEqual([`how do I export?+${"text" in body ? body.text : "delete"}`]);
      expect(await store.counts(), "an interruption is no failure").toMatchObject({ setAside: 0 });
    });

    it("a customer who goes on writing does not end it", async () => {
      const interrupted = untilInterrupted();
      await says("how do I export?");
      await until(() => inbox.pump.running() === 1);
      await says("as CSV I mean");
      await quiet();
      expect(interrupted).toEqual([]);
      inbox.interrupt("talk:chat:c1");
      await until(() => worked.length > 0);
    });

    it("neither another member of the thread nor a bot ends it", async () => {
      const interrupted = untilInterrupted();
      await says("how do I export?");
      await until(() => inbox.pump.running() === 1);
      await send({ kind: "edit", messageId: "x", text: "typo" }, { sender: customerNamed("bob") });
      await says("a human please", { sender: customerNamed("bob") });
      await send(
        { kind: "edit", messageId: "y", text: "97 %" },
        { sender: customerNamed("ci", { role: "bot" }) },
      );
      await quiet();
      expect(interrupted).toEqual([]);
      inbox.interrupt("talk:chat:c1");
      await until(() => worked.length > 0);
    });

    it("a stop gives back what is being written, for the next start", async () => {
      const interrupted = untilInterrupted();
      await says("how do I export?");
      await until(() => inbox.pump.running() === 1);
      const stopped = inbox.pump.stop();
      inbox.interruptAll();
      await stopped;
      expect(interrupted).toHaveLength(1);
      expect(await store.claimWork("next start", now, MINUTE)).toMatchObject({ lane: "talk:chat:c1" });
    });
  });
});

describe("the place of an event", () => {
  const claim = { kind: "action", action: "claim", escalationId: "E-1" } as const;
  const sam = staffNamed("sam");
  const inThread = { address: { adapter: "chat", key: "thread-card.1" }, sender: sam };
  const post = { mode: "mention", opens: true, addressed: true } as const;

  it("is a customer's own lane, whoever writes there", async () => {
    const store = await storeOnFile();
    const laneOf = async (body: InboundBody, by = "ann") =>
      (await place(eventOf("e", body, { sender: customerNamed(by) }), store)).lane;
    expect(await laneOf(messageBody("m", "hi"))).toBe("talk:chat:c1");
    expect(await laneOf(claim)).toBe("talk:chat:c1");
    expect(await laneOf(messageBody("m", "hi"), "bob")).toBe("talk:chat:c1");
  });

  it("is one lane for what staff say and click about an escalation, in the card's thread and in the customer's", async () => {
    const desk = await newDesk();
    const { id } = await desk.escalate();
    await desk.store.commitDesk(null, { conversationId: id, deliveries: [card("E-1", "card.1")] }, T0);
    await desk.sent();
    const laneOf = async (event: InboundEvent) => (await place(event, desk.store)).lane;
    expect(await laneOf(eventOf("e", claim, { sender: sam }))).toBe("desk:E-1");
    expect(await laneOf(eventOf("e", messageBody("m", "hi"), inThread))).toBe("desk:E-1");
    expect(await laneOf(eventOf("e", messageBody("m", "hi"), { sender: sam }))).toBe("desk:E-1");
  });

  it("makes customers of people from staff who ask something themselves", async () => {
    const desk = await newDesk();
    await desk.turn();
    const role = async (event: InboundEvent) => (await place(event, desk.store)).event.sender.role;
    const elsewhere = { address: { adapter: "chat", key: "c9" }, sender: sam };
    expect(await role(eventOf("e", messageBody("m", "how?", post), elsewhere))).toBe("customer");
    expect(await role(eventOf("e", messageBody("m", "how?"), elsewhere)), "in a direct message").toBe(
      "customer",
    );
    const unasked = { ...post, addressed: false };
    expect(await role(eventOf("e", messageBody("m", "lunch?", unasked), elsewhere))).toBe("staff");
    expect(await role(eventOf("e", messageBody("m", "hi", post), { sender: sam })), "in Ann's thread").toBe(
      "staff",
    );
    const owner = { ...staffNamed("ann") };
    expect(await role(eventOf("e", messageBody("m", "and?", unasked), { sender: owner }))).toBe("customer");
  });
});
