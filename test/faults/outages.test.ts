import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";

import { DeskhandError } from "../../src/errors.ts";
import { answerFromSources, fail, hang, cut, startClaude, type Scripted } from "../servers/claude.ts";
import { until } from "../servers/shop.ts";
import { openRig, type RigOptions } from "./rig.ts";

const ASKED = "How do I reset my password?";

async function open(options: RigOptions = {}) {
  const rig = await openRig(options);
  onTestFinished(() => rig.close());
  return rig;
}

describe("while Claude is out", () => {
  const FAULTS: Readonly<Record<string, Scripted>> = {
    "429 and a long pause": fail(429, { retryAfterSeconds: 60 }),
    "500": fail(500),
    "529": fail(529),
    "broken off in the middle": cut(40),
    "broken off before it begins": cut(0),
  };

  it("customers are answered from the help centre, staff are told once, and it heals by itself", async () => {
    // Side by side: each waits ten seconds for its circuit to be tried again.
    const healed = await Promise.all(
      Object.entries(FAULTS).map(([name, fault]) => livesThrough(name, fault)),
    );
    expect(healed).toEqual(Object.keys(FAULTS));
  });

  async function livesThrough(name: string, fault: Scripted): Promise<string> {
    const claude = await startClaude({ reply: () => fault });
    onTestFinished(() => claude.close());
    const rig = await open({
      env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url },
      config: { reading: { ask_model_below: 0 } },
    });
    for (let at = 0; at < 4; at += 1) {
      await rig.says(`m${at}`, `c${at}`, ASKED);
      await until(() => rig.seenIn(`c${at}`).length === 1);
      expect(rig.seenIn(`c${at}`)[0]).toMatch(/From our help centre/);
    }
    expect(rig.seenByStaff().filter((text) => text.includes("cannot be reached"))).toHaveLength(1);
    claude.behave(answerFromSources);
    let tries = 0;
    // The circuit is closed again by a customer's question, ten seconds after it opened.
    while (!rig.seenByStaff().includes("Claude answers again.")) {
      tries += 1;
      await rig.says(`again${tries}`, `again${tries}`, ASKED);
      await rig.app.drained();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(rig.seenIn(`again${tries}`)[0]).not.toMatch(/From our help centre/);
    return name;
  }

  it("and takes calls without answering, the turn ends at its deadline with an answer or a person", async () => {
    const claude = await startClaude({ reply: () => hang() });
    onTestFinished(() => claude.close());
    const rig = await open({
      env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url },
      config: { reading: { ask_model_below: 0 }, models: { turn_deadline_seconds: 5 } },
    });
    const asked = performance.now();
    await rig.says("m", "c", ASKED);
    await until(() => rig.seenIn("c").length === 1);
    expect(performance.now() - asked).toBeLessThan(20_000);
  });
});

it("a platform that refuses for a while gets everything once, in order, when it is back", async () => {
  let isDown = true;
  let refused = 0;
  const rig = await open({
    onSend() {
      if (!isDown) return;
      refused += 1;
      throw new DeskhandError("delivery_unreached", "the platform is down", {
        retryable: true,
        retryAfterMs: 50,
      });
    },
  });
  await rig.says("m1", "c", ASKED);
  await until(() => refused > 2);
  await rig.says("m2", "c", "How do I export a project as CSV?");
  isDown = false;
  await rig.app.drained();
  expect(rig.seenIn("c")).toEqual([expect.stringMatching(/password/), expect.stringMatching(/CSV/)]);
});

it("a mail server that is down costs nobody a code: the customer is told, and the next try works", async () => {
  let isDown = true;
  const mails: string[] = [];
  const rig = await open({
    mailer: {
      async send({ text }) {
        if (isDown) throw new DeskhandError("mail_failed", "connection refused", { retryable: true });
        mails.push(text);
      },
    },
  });
  await rig.happens("v1", "c", { kind: "verify", email: "ann@example.com" });
  await rig.app.drained();
  expect(rig.seenIn("c")).toHaveLength(1);
  isDown = false;
  await rig.happens("v2", "c", { kind: "verify", email: "ann@example.com" });
  await rig.app.drained();
  expect(mails).toHaveLength(1);
  expect(rig.seenIn("c")).toHaveLength(2);
});

it("with a full disk nothing is acknowledged that is not kept, what was kept is answered when there is room", async () => {
  let offset = 0;
  const rig = await open({ now: () => Date.now() + offset });
  await rig.says("before", "c0", ASKED);
  await rig.app.drained();
  const pages = rig.opened.connection.pragma("page_count", { simple: true }) as number;
  rig.opened.connection.pragma(`max_page_count = ${pages}`);
  const kept: string[] = [];
  const refused: string[] = [];
  // Until the last page is full.
  for (let at = 0; refused.length < 3 && at < 500; at += 1) {
    const id = `m${at}`;
    await rig.says(id, `c-${id}`, `${ASKED} ${"please ".repeat(40)}`).then(
      () => kept.push(id),
      () => refused.push(id),
    );
  }
  expect(refused).toHaveLength(3);
  rig.opened.connection.pragma("max_page_count = 1073741823");
  // What could not even be given back is taken up again when its lease has run out, a minute later.
  offset = 61_000;
  await rig.app.drained();
  // Whoever was not acknowledged is delivered again by the platform.
  for (const id of refused) expect(await rig.says(id, `c-${id}`, ASKED)).toBe("accepted");
  await rig.app.drained();
  for (const id of [...kept, ...refused]) expect([id, rig.seenIn(`c-${id}`).length]).toEqual([id, 1]);
  expect(rig.opened.connection.pragma("integrity_check", { simple: true })).toBe("ok");
});

it("a database that another process holds for a moment delays, and loses nothing", async () => {
  const rig = await open();
  const holder = new Database(rig.path);
  rig.opened.connection.pragma("busy_timeout = 200");
  holder.exec("begin immediate");
  await expect(rig.says("m1", "c", ASKED)).rejects.toThrow(/locked|busy/i);
  holder.exec("rollback");
  holder.close();
  expect(await rig.says("m1", "c", ASKED)).toBe("accepted");
  await rig.app.drained();
  expect(rig.seenIn("c")).toHaveLength(1);
});

it.each([
  ["an hour forward", 3_600_000],
  ["an hour back", -3_600_000],
])("a clock that jumps %s in the middle delays no answer and doubles none", async (_what, jump) => {
  let offset = 0;
  let jumped = false;
  const rig = await open({
    now: () => Date.now() + offset,
    wrap: (store) => ({
      ...store,
      async loadTurn(work, at) {
        const loaded = await store.loadTurn(work, at);
        if (!jumped) offset = jump;
        jumped = true;
        return loaded;
      },
    }),
  });
  await rig.says("m1", "c", ASKED);
  await until(() => rig.seenIn("c").length === 1);
  await rig.says("m2", "c", "How do I export a project as CSV?");
  await until(() => rig.seenIn("c").length === 2);
  await rig.app.drained();
  expect(rig.seenIn("c")).toHaveLength(2);
});
