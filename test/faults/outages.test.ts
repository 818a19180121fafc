import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";

import { createMailer } from "../../adapters/mail/index.ts";
import { DeskhandError } from "../../src/errors.ts";
import { answerFromSources, fail, hang, cut, startClaude, type Scripted } from "../servers/claude.ts";
import { startMailServer } from "../servers/mail.ts";
import { until } from "../servers/shop.ts";
import { probed } from "./probed.ts";
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
    // One notice when it went and one when it came: staff see nothing else of it.
    expect(rig.seenByStaff()).toEqual([
      expect.stringContaining("cannot be reached"),
      "Claude answers again.",
    ]);
    return name;
  }

  it("and takes calls without answering, customers wait no longer than the deadline for the help centre or a person, and it heals", async () => {
    const claude = await startClaude({ reply: () => hang() });
    onTestFinished(() => claude.close());
    const rig = await open({
      env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url },
      config: { reading: { ask_model_below: 0 }, models: { turn_deadline_seconds: 5 } },
    });
    await rig.says("m", "c", ASKED);
    await rig.app.drained();
    // Two attempts and a wait fit into a turn; on a machine that is too slow for that, a person is called.
    const [answer = "", ...more] = rig.seenIn("c");
    const cards = rig.seenByStaff().filter((text) => text.startsWith("card"));
    expect(more).toEqual([]);
    expect(answer).toMatch(cards.length === 0 ? /From our help centre/ : /person/);
    expect(cards.length).toBeLessThanOrEqual(1);
    claude.behave(answerFromSources);
    let tries = 0;
    do {
      tries += 1;
      await rig.says(`again${tries}`, `again${tries}`, ASKED);
      await rig.app.drained();
    } while (!rig.seenIn(`again${tries}`)[0]?.includes("Reset"));
    expect(rig.seenIn(`again${tries}`)).not.toEqual([expect.stringMatching(/From our help centre/)]);
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
  expect(rig.seenByStaff()).toEqual([]);
});

it("what a platform refuses for good is given up: staff are told once, and what comes after it is delivered", async () => {
  let sends = 0;
  const rig = await open({
    onSend() {
      sends += 1;
      if (sends === 1) throw new DeskhandError("delivery_refused", "the thread is gone");
    },
  });
  await rig.says("m1", "c", ASKED);
  await rig.app.drained();
  await rig.says("m2", "c", "How do I export a project as CSV?");
  await rig.app.drained();
  expect(rig.seenIn("c")).toEqual([expect.stringMatching(/CSV/)]);
  expect(rig.seenByStaff()).toEqual([
    expect.stringMatching(/could not be delivered to chat.*the thread is gone/),
  ]);
});

it("a mail server that is down costs nobody a code: the customer is told, staff see nothing, and the next try works", async () => {
  const down = await startMailServer();
  down.refuse("no room left");
  const mailer = createMailer(down.url, "support@acme.example");
  const nobody = createMailer("smtp://127.0.0.1:1", "support@acme.example");
  let reached = nobody;
  const rig = await open({ mailer: { send: (mail) => reached.send(mail) } });
  const verify = async (id: string) => {
    await rig.happens(id, "c", { kind: "verify", email: "ann@example.com" });
    await rig.app.drained();
  };
  await verify("v1");
  reached = mailer;
  await verify("v2");
  down.refuse(null);
  await verify("v3");
  expect(down.mails).toHaveLength(1);
  await rig.happens("v4", "c", { kind: "verify_code", code: down.lastCode() });
  await rig.app.drained();
  expect(rig.seenIn("c")).toEqual([
    expect.stringMatching(/could not be sent just now\. Please try again/),
    expect.stringMatching(/could not be sent just now\. Please try again/),
    expect.stringMatching(/A code is on its way/),
    expect.stringMatching(/your e-mail is verified/),
  ]);
  expect(rig.seenByStaff()).toEqual([]);
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
    await rig.says(id, `c-${id}`, `${ASKED} My account is ${"a".repeat(280)}.`).then(
      () => kept.push(id),
      () => refused.push(id),
    );
  }
  expect(refused).toHaveLength(3);
  rig.opened.connection.pragma("max_page_count = 1073741823");
  // What could not even be given back is taken up again when its lease has run out, a minute later; what was tried
  // while there was no room waits for its next try, which may be a minute later too.
  const turning = setInterval(() => (offset = Math.min(offset + 20_000, 200_000)), 1_000);
  await rig.app.drained();
  clearInterval(turning);
  // Whoever was not acknowledged is delivered again by the platform.
  for (const id of refused) expect(await rig.says(id, `c-${id}`, ASKED)).toBe("accepted");
  await rig.app.drained();
  for (const id of [...kept, ...refused]) expect([id, rig.seenIn(`c-${id}`).length]).toEqual([id, 1]);
  expect(rig.seenByStaff()).toEqual([]);
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
  expect(rig.seenByStaff()).toEqual([]);
});

it("a database that is held in the middle of a turn has the answer once it is let go", async () => {
  const holders: Database.Database[] = [];
  let later = 0;
  const rig = await open({
    now: () => Date.now() + later,
    wrap: (store) =>
      probed(store, async (point) => {
        if (holders.length > 0 || point !== "before commitTurn") return;
        const holder = new Database(rig.path);
        holders.push(holder);
        holder.exec("begin immediate");
      }),
  });
  rig.opened.connection.pragma("busy_timeout = 100");
  await rig.says("m1", "c", ASKED);
  // The commit fails, and so does giving the work back: it is taken up again when its lease has run out.
  await until(() => /trying again|tried again/.test(rig.log()));
  for (const holder of holders) {
    holder.exec("rollback");
    holder.close();
  }
  later = 61_000;
  await rig.app.drained();
  expect(holders).toHaveLength(1);
  expect(rig.seenIn("c")).toEqual([expect.stringMatching(/password/)]);
  expect(rig.seenByStaff()).toEqual([]);
});
