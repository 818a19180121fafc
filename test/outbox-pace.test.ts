import { setImmediate } from "node:timers/promises";

import { beforeEach, describe, expect, it, onTestFinished } from "vitest";

import type { Adapter, SendContext } from "../src/adapter.ts";
import type { Attachment, Delivery, OutboundContent } from "../src/domain.ts";
import { DeskhandError, type ErrorCode } from "../src/errors.ts";
import { startOutbox } from "../src/outbox.ts";
import type { Pump } from "../src/pump.ts";
import type { NewDelivery, Store } from "../src/store/store.ts";
import { memoryPlatform, MINUTE, noLog, SECOND, storeOnFile, T0, until } from "./servers/shop.ts";

type Send = (delivery: Delivery, context: SendContext, attempt: number) => Promise<void> | void;

/** A platform in memory that is asked with the whole context, and may set a pace. */
function platform(name: string, onSend: Send = () => undefined, more: Partial<Adapter> = {}) {
  const sent: { readonly id: string; readonly content: OutboundContent }[] = [];
  let attempts = 0;
  const adapter: Adapter = {
    ...memoryPlatform(name),
    async send(delivery, context) {
      attempts += 1;
      await onSend(delivery, context, attempts);
      sent.push(delivery);
      return { messageId: `p-${delivery.id}` };
    },
    ...more,
  };
  return { adapter, sent, ids: () => sent.map(({ id }) => id) };
}

let store: Store;
let outbox: Pump;
let now: number;
let givenUp: string[];
beforeEach(async () => {
  store = await storeOnFile();
  now = T0;
  givenUp = [];
});

function open(...adapters: readonly Adapter[]): void {
  outbox = startOutbox({
    store,
    adapters: new Map(adapters.map((adapter) => [adapter.name, adapter])),
    now: () => now,
    log: noLog(),
    onFailed: async ({ delivery }) => void givenUp.push(delivery.id),
  });
  onTestFinished(async () => outbox.stop());
}

const NOTICE: OutboundContent = { kind: "notice", text: "hello" };

async function post(id: string, key = "c1", more: Partial<NewDelivery> = {}): Promise<void> {
  const to = { adapter: "chat", key };
  await store.post({ id, to, visibility: "public", content: NOTICE, fenced: false, ...more }, now);
}

/** Until everything that may happen at this time of the clock has happened. */
async function settled(): Promise<void> {
  const idle = async () => {
    // A delivery that was just taken counts as running a moment later.
    await setImmediate();
    const next = await store.nextDeliveryAt();
    return outbox.running() === 0 && (next === null || next > now);
  };
  outbox.wake();
  await until(async () => (await idle()) && (await idle()));
}

async function at(ms: number): Promise<void> {
  now = T0 + ms;
  await settled();
}

function fails(code: ErrorCode, options: { retryable?: boolean; retryAfterMs?: number } = {}): never {
  throw new DeskhandError(code, `failed with ${code}`, options);
}

describe("the outbox on a platform that sets a pace", () => {
  const paced: Partial<Adapter> = {
    pace: ({ to }) => (to.key.startsWith("free") ? null : { key: "team", everyMs: SECOND }),
  };

  it("keeps to it over all places of a key, in the order of commit, and holds up nothing else", async () => {
    const times: [string, number][] = [];
    const { adapter, ids } = platform("chat", ({ id }) => void times.push([id, now - T0]), paced);
    const other = platform("mail");
    open(adapter, other.adapter);
    await post("a.1", "c1");
    await post("b.1", "c2");
    await post("a.2", "c1");
    await post("c.1", "c3");
    await post("f.1", "free");
    await post("m.1", "x", { to: { adapter: "mail", key: "x" } });
    await settled();
    expect(ids().toSorted()).toEqual(["a.1", "f.1"]);
    expect(other.ids()).toEqual(["m.1"]);
    for (let ms = 100; ms <= 6 * SECOND; ms += 100) await at(ms);
    expect(times.map(([id]) => id).toSorted()).toEqual(["a.1", "a.2", "b.1", "c.1", "f.1"]);
    const gone = times.filter(([id]) => id !== "f.1").map(([, ms]) => ms);
    expect(gone).toEqual([0, SECOND, 2 * SECOND, 3 * SECOND]);
    expect(times.findIndex(([id]) => id === "a.1")).toBeLessThan(times.findIndex(([id]) => id === "a.2"));
  });

  it("does not count waiting as a failed try, however long the line is", async () => {
    const seen: boolean[] = [];
    const { adapter, ids } = platform("chat", (_d, { maybeSent }) => void seen.push(maybeSent), paced);
    open(adapter);
    for (let n = 0; n < 30; n += 1) await post(`n.${n}`, `c${n}`);
    await settled();
    for (let seconds = 1; seconds < 30; seconds += 1) await at(seconds * SECOND);
    expect(ids()).toHaveLength(30);
    expect(new Set(ids()).size).toBe(30);
    expect(givenUp).toEqual([]);
    expect(seen, "what waited was never sent").not.toContain(true);
  });

  it("holds the whole key while the platform asks for a pause, and gives nothing up for it", async () => {
    let limited = 20;
    const tries: number[] = [];
    const { adapter, ids } = platform(
      "chat",
      ({ to }) => {
        if (to.key === "free") return;
        tries.push(now - T0);
        if (limited > 0) {
          limited -= 1;
          fails("delivery_rate_limited", { retryable: true, retryAfterMs: 10 * SECOND });
        }
      },
      paced,
    );
    open(adapter);
    await post("a.1", "c1");
    await post("b.1", "c2");
    await settled();
    await at(SECOND);
    await post("f.1", "free");
    await settled();
    expect(ids(), "what has no pace is not held").toEqual(["f.1"]);
    for (let seconds = 2; seconds <= 260; seconds += 1) await at(seconds * SECOND);
    expect(ids().toSorted()).toEqual(["a.1", "b.1", "f.1"]);
    expect(givenUp).toEqual([]);
    expect(tries.slice(0, 3), "one try, and then the pause, for both").toEqual([0, 10 * SECOND, 20 * SECOND]);
    expect(tries).toHaveLength(22);
  });
});

describe("what an earlier try may have left", () => {
  it.each<[ErrorCode | "a socket that closed", boolean]>([
    ["delivery_failed", true],
    ["a socket that closed", true],
    ["delivery_unreached", false],
    ["delivery_rate_limited", false],
  ])("after %s the platform is told: maybe sent %j", async (code, expected) => {
    const seen: boolean[] = [];
    const { adapter } = platform("chat", (_delivery, { maybeSent }, attempt) => {
      seen.push(maybeSent);
      if (attempt > 1) return;
      if (code === "a socket that closed") throw new Error(code);
      fails(code, { retryable: true });
    });
    open(adapter);
    await post("a.1");
    await settled();
    await at(MINUTE);
    expect(seen).toEqual([false, expected]);
  });

  it("is not forgotten because a later try did not reach the platform", async () => {
    const seen: boolean[] = [];
    const { adapter } = platform("chat", (_delivery, { maybeSent }, attempt) => {
      seen.push(maybeSent);
      if (attempt === 1) fails("delivery_failed", { retryable: true });
      if (attempt === 2) fails("delivery_unreached", { retryable: true });
      if (attempt === 3) fails("delivery_rate_limited", { retryable: true, retryAfterMs: SECOND });
    });
    open(adapter);
    await post("a.1");
    for (let minutes = 0; minutes < 4; minutes += 1) await at(minutes * MINUTE);
    expect(seen).toEqual([false, true, true, true]);
  });

  it("keeps what did not reach the platform over an outage of hours, and not for ever", async () => {
    const { adapter } = platform("chat", () => fails("delivery_unreached", { retryable: true }));
    open(adapter);
    await post("a.1");
    for (let round = 0; round < 40; round += 1) await at(round * 6 * MINUTE);
    expect(givenUp, "an outage of four hours").toEqual([]);
    await at(25 * 60 * MINUTE);
    expect(givenUp).toEqual(["a.1"]);
  });
});

describe("words that were passed on", () => {
  const source = { place: { adapter: "desk", key: "thread-1" }, messageId: "s1" };
  const staffReply: OutboundContent = {
    kind: "reply",
    text: "Hello Ann",
    by: "staff",
    citations: [],
    inReplyTo: [],
    source,
  };
  const relay: OutboundContent = {
    kind: "relay",
    escalationId: "E-1",
    from: "ann",
    text: "hi",
    attachments: [],
    source,
  };

  it.each([staffReply, relay])(
    "are marked where they were written once they are there: $kind",
    async (content) => {
      const chat = platform("chat");
      const desk = platform("desk");
      open(chat.adapter, desk.adapter);
      await post("a.1", "c1", { content });
      await settled();
      expect(chat.ids()).toEqual(["a.1"]);
      expect(desk.sent).toMatchObject([
        { to: source.place, content: { kind: "mark", messageId: "s1", mark: "delivered" } },
      ]);
    },
  );

  it("are marked as failed when they were given up, and not before", async () => {
    const chat = platform("chat", (_delivery, _context, attempt) => {
      if (attempt === 1) fails("delivery_unreached", { retryable: true });
      fails("delivery_refused");
    });
    const desk = platform("desk");
    open(chat.adapter, desk.adapter);
    await post("a.1", "c1", { content: staffReply });
    await settled();
    expect(desk.sent).toEqual([]);
    await at(MINUTE);
    expect(desk.sent).toMatchObject([{ content: { kind: "mark", messageId: "s1", mark: "failed" } }]);
    expect(givenUp).toEqual(["a.1"]);
  });

  it("have no mark where nobody wrote them, and a mark has none itself", async () => {
    const chat = platform("chat");
    const { source: _source, ...own } = staffReply;
    open(chat.adapter);
    await post("a.1", "c1", { content: own });
    await post("a.2", "c1", { content: { kind: "mark", messageId: "s1", mark: "delivered" } });
    await settled();
    expect(chat.ids()).toEqual(["a.1", "a.2"]);
  });
});

describe("a file", () => {
  const file: Attachment = {
    name: "invoice.pdf",
    mimeType: "application/pdf",
    bytes: 3,
    adapter: "desk",
    ref: "f1",
  };
  const asked = async (attachment: Attachment, holder: Partial<Adapter>) => {
    const got: unknown[] = [];
    const chat = platform("chat", async (_delivery, context) => {
      got.push(await context.fetchFile(attachment).catch((error: unknown) => error));
    });
    open(chat.adapter, platform("desk", undefined, holder).adapter);
    await post("a.1");
    await settled();
    return got[0];
  };

  it("is fetched from the platform that holds it, whichever it goes to", async () => {
    const refs: string[] = [];
    const fetchFile: Adapter["fetchFile"] = async ({ ref }) => {
      refs.push(ref);
      return new Uint8Array([1, 2, 3]);
    };
    expect(await asked(file, { fetchFile })).toEqual(new Uint8Array([1, 2, 3]));
    expect(refs).toEqual(["f1"]);
  });

  it.each([
    ["by its name, and is not even fetched", { ...file, name: "setup.exe" }, []],
    ["by what it holds, once it is here", file, ["invoice.pdf"]],
  ])("that is a program %s is not passed on", async (_how, attachment, fetched) => {
    const names: string[] = [];
    const fetchFile: Adapter["fetchFile"] = async ({ name }) => {
      names.push(name);
      return new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2]);
    };
    expect(await asked(attachment, { fetchFile })).toMatchObject({
      code: "attachment_unavailable",
      message: "programs are not passed on",
    });
    expect(names).toEqual(fetched);
  });

  it.each([
    ["whose platform gives none away", file],
    ["whose platform does not run", { ...file, adapter: "gone" }],
  ])("%s is not to be had, which is an answer and no crash", async (_what, attachment) => {
    expect(await asked(attachment, {})).toMatchObject({ code: "attachment_unavailable" });
  });
});
