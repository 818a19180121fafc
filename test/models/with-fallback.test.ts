import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { DeskhandError } from "../../src/errors.ts";
import type { Model, ModelReply, ModelRequest } from "../../src/models/model.ts";
import { NO_USAGE } from "../../src/models/prices.ts";
import { withFallback, type ModelState } from "../../src/models/with-fallback.ts";
import { fail, hang, inOrder, say } from "../servers/claude.ts";
import { ask, never, withClaude } from "./fixtures.ts";

const REPLY = { kind: "answer", text: "quoted", citations: [], usage: NO_USAGE, costMicros: 0 } as const;

const offline: Model = {
  nameFor: () => "offline",
  worstCost: () => 0,
  complete: () => Promise.resolve({ ...REPLY, model: "offline" }),
};

const outage = () => new DeskhandError("model_unreachable", "Claude is in trouble.", { retryable: true });
const badKey = () => new DeskhandError("model_not_allowed", "Claude refused the API key.");

interface Rig {
  readonly model: Model;
  readonly states: ModelState[];
  /** What the primary does with its next calls: throws, or answers when null. */
  next: (Error | null)[];
  calls: number;
}

function rig(more: { primary?: Model["complete"] } = {}): Rig {
  const made: { states: ModelState[]; next: (Error | null)[]; calls: number } = {
    states: [],
    next: [],
    calls: 0,
  };
  const primary: Model = {
    nameFor: () => "claude-haiku-5-5",
    worstCost: () => 42,
    complete: (request: ModelRequest, signal: AbortSignal): Promise<ModelReply> => {
      made.calls += 1;
      if (more.primary) return more.primary(request, signal);
      const error = made.next.shift() ?? null;
      return error ? Promise.reject(error) : Promise.resolve({ ...REPLY, model: "claude-haiku-5-5" });
    },
  };
  const model = withFallback(primary, offline, {
    now: Date.now,
    onState: (state) => made.states.push(state),
    failures: 3,
    openForMs: [1_000, 5_000],
  });
  return Object.assign(made, { model });
}

async function who(made: Rig): Promise<string> {
  return (await made.model.complete(ask("x"), never)).model;
}

describe("the fallback", () => {
  // cockatiel reads the wall clock itself, so the clock is moved and nothing sleeps.
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it("answers a single failed call itself and says that it was the offline model", async () => {
    const made = rig();
    made.next = [outage()];
    expect([await who(made), await who(made)]).toEqual(["offline", "claude-haiku-5-5"]);
    expect(made.states).toEqual([]);
  });

  it("leaves the primary alone after three failures in a row, and asks it again later", async () => {
    const made = rig();
    made.next = [outage(), outage(), outage()];
    for (let i = 0; i < 5; i++) expect(await who(made)).toBe("offline");
    expect(made.calls).toBe(3);
    expect(made.states).toEqual([
      { state: "unreachable", at: 1_000_000, until: 1_001_000, reason: "Claude is in trouble." },
    ]);

    vi.setSystemTime(1_001_000);
    expect(await who(made)).toBe("claude-haiku-5-5");
    expect(made.states.at(-1)).toEqual({ state: "working", at: 1_001_000 });
    expect(await who(made)).toBe("claude-haiku-5-5");
  });

  it("waits longer when the probe fails too, and reports the outage once", async () => {
    const made = rig();
    made.next = [outage(), outage(), outage(), outage()];
    for (let i = 0; i < 3; i++) await who(made);
    vi.setSystemTime(1_001_000);
    await who(made);
    expect(made.calls).toBe(4);
    vi.setSystemTime(1_003_000);
    expect(await who(made)).toBe("offline");
    expect(made.calls).toBe(4);
    vi.setSystemTime(1_006_000);
    expect(await who(made)).toBe("claude-haiku-5-5");
    expect(made.states.map((state) => state.state)).toEqual(["unreachable", "working"]);
  });

  it("counts failures in a row only", async () => {
    const made = rig();
    made.next = [outage(), outage(), null, outage(), outage(), null];
    for (let i = 0; i < 6; i++) await who(made);
    expect(made.calls).toBe(6);
    expect(made.states).toEqual([]);
  });

  it("lets one request probe and answers the others offline at once", async () => {
    const probed = Promise.withResolvers<ModelReply>();
    const failures = [outage(), outage(), outage()];
    const made = rig({
      primary: () => {
        const failure = failures.shift();
        if (failure) return Promise.reject(failure);
        return probed.promise;
      },
    });
    for (let i = 0; i < 3; i++) await who(made);
    vi.setSystemTime(1_001_000);
    const probe = who(made);
    expect([await who(made), await who(made)]).toEqual(["offline", "offline"]);
    probed.resolve({ ...REPLY, model: "claude-haiku-5-5" });
    expect(await probe).toBe("claude-haiku-5-5");
    expect(made.calls).toBe(4);
  });

  it("reports a refused key once, leaves each request to a person, and says when it works again", async () => {
    const made = rig();
    made.next = [badKey(), badKey(), badKey()];
    // The fourth finds the circuit open: it is refused like the others, without asking.
    for (let i = 0; i < 4; i++) await expect(who(made)).rejects.toMatchObject({ code: "model_not_allowed" });
    expect(made.calls).toBe(3);
    expect(made.states).toEqual([
      { state: "not_allowed", at: 1_000_000, reason: "Claude refused the API key." },
    ]);
    vi.setSystemTime(1_001_000);
    expect(await who(made)).toBe("claude-haiku-5-5");
    expect(made.states.at(-1)?.state).toBe("working");
  });

  it("does not hide a request of ours that was wrong", async () => {
    const made = rig();
    made.next = [new DeskhandError("model_rejected", "Claude refused our request.")];
    await expect(who(made)).rejects.toMatchObject({ code: "model_rejected" });
  });

  it("passes an abort on without counting it, unless the turn's deadline ran out", async () => {
    const made = rig();
    made.next = [taken(), taken(), taken(), taken(), null];
    for (let i = 0; i < 4; i++) await expect(who(made)).rejects.toMatchObject({ name: "AbortError" });
    expect(await who(made)).toBe("claude-haiku-5-5");

    made.next = [late(), late(), late()];
    for (let i = 0; i < 3; i++) await expect(who(made)).rejects.toMatchObject({ name: "AbortError" });
    expect(await who(made)).toBe("offline");
    expect(made.states.map((state) => state.state)).toEqual(["unreachable"]);
  });

  it("does not take a probe that was stopped for a recovery", async () => {
    const made = rig();
    const stopped = Object.assign(new Error("stopped"), { name: "AbortError" });
    made.next = [outage(), outage(), outage(), stopped];
    for (let i = 0; i < 3; i++) await who(made);
    vi.setSystemTime(1_001_000);
    await expect(who(made)).rejects.toBe(stopped);
    expect(await who(made)).toBe("offline");
    expect(made.calls).toBe(4);
  });

  it("reserves and names what the primary would", () => {
    const { model } = rig();
    expect([model.nameFor(1), model.worstCost(ask("x"))]).toEqual(["claude-haiku-5-5", 42]);
  });
});

const taken = () => aborted(new Error("a person took over"));
const late = () => aborted(Object.assign(new Error("late"), { name: "TimeoutError" }));

function aborted(cause: unknown): Error {
  return Object.assign(new Error("stopped", { cause }), { name: "AbortError" });
}

describe("the fallback before a real Claude", () => {
  it("answers every customer during an outage and returns when it ends", async () => {
    await withClaude({ reply: inOrder(fail(529, { retryAfterMs: 1 })) }, async ({ claude, server }) => {
      const states: string[] = [];
      const model = withFallback(claude, offline, {
        now: Date.now,
        onState: ({ state }) => states.push(state),
        failures: 2,
        openForMs: [40],
      });
      for (let i = 0; i < 10; i++) expect((await model.complete(ask("x"), never)).model).toBe("offline");
      // Two calls of two attempts each; a machine that is slow to run this may have let one probe through as well.
      expect(server.requests.length).toBeLessThanOrEqual(6);
      server.behave(() => say("back"));
      await vi.waitFor(
        async () => expect((await model.complete(ask("x"), never)).model).toBe("claude-haiku-5-5"),
        {
          timeout: 10_000,
          interval: 20,
        },
      );
      expect(states).toEqual(["unreachable", "working"]);
    });
  });

  it("opens when turns run into their deadline before a silent server", async () => {
    await withClaude({ reply: () => hang() }, async ({ claude, server }) => {
      const model = withFallback(claude, offline, { now: Date.now, onState: () => undefined, failures: 2 });
      for (let i = 0; i < 2; i++) {
        await expect(model.complete(ask("x"), AbortSignal.timeout(50))).rejects.toMatchObject({
          name: "AbortError",
        });
      }
      expect((await model.complete(ask("x"), AbortSignal.timeout(50))).model).toBe("offline");
      expect(server.requests).toHaveLength(2);
    });
  });
});
