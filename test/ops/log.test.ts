import { Writable } from "node:stream";

import { describe, expect, it, onTestFinished } from "vitest";

import { createLog } from "../../src/ops/log.ts";
import { DeskhandError, messageOf } from "../../src/errors.ts";
import { replyTo, says, startDeskhand } from "../servers/deskhand.ts";

/** A log whose lines are kept, as they would stand on standard error. */
function kept() {
  const lines: string[] = [];
  const to = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return {
    log: createLog("trace", to),
    lines,
    facts: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

function withEnv(name: string, value: string): void {
  const before = process.env[name];
  process.env[name] = value;
  onTestFinished(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}

describe("the log", () => {
  it("is JSON, a line each, with the turn's id on all that belongs to a delivery of it", () => {
    const { log, lines, facts } = kept();
    log.warn({ delivery: "turn-17.1.mark", attempts: 2 }, "a delivery failed");
    log.child({ turn: "turn-18" }).info("begun");
    log.info({ delivery: "staff-abc.1" }, "sent");
    expect(lines.every((line) => line.endsWith("}\n"))).toBe(true);
    expect(facts().map(({ turn, msg }) => [turn, msg])).toEqual([
      ["turn-17", "a delivery failed"],
      ["turn-18", "begun"],
      [undefined, "sent"],
    ]);
  });

  it("holds no secret, wherever it hangs", () => {
    withEnv("DISCORD_TOKEN", "MTIz.unusual.4711-token");
    const { log, lines } = kept();
    log.info({ a: { b: { c: { headers: { Authorization: "Bearer hunter2hunter2" } } } } }, "deep");
    log.info({ config: { apiKey: "hunter2hunter2", bot_token: "hunter2hunter2", inputTokens: 12 } }, "keys");
    log.warn(
      `connecting with MTIz.unusual.4711-token failed, sk-ant-api03-Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA too`,
    );
    const cause = new Error("postgres://deskhand:hunter2hunter2@db/x refused");
    log.error(
      { err: Object.assign(new Error("no", { cause }), { config: { token: "hunter2hunter2" } }) },
      "x",
    );
    expect(lines.join("")).not.toMatch(/hunter2|unusual\.4711|sk-ant-api03-Z/);
    expect(lines.join("")).toMatch(/"inputTokens":12/);
    expect(lines.join("")).toMatch(/\[DISCORD_TOKEN\]/);
  });

  it("holds nothing of what customers wrote and who they are, also when an SDK hangs it on its error", () => {
    const { log, lines } = kept();
    const sdk = Object.assign(new Error("Invalid Form Body for ann.meyer@example.com"), {
      code: 50035,
      status: 400,
      requestBody: { json: { content: "my password is gone, says Ann Meyer" } },
      data: { message: { text: "says Ann Meyer" } },
    });
    log.warn({ err: sdk, delivery: "turn-3.1" }, "a delivery failed");
    log.warn({ event: { body: { text: "says Ann Meyer" }, sender: { displayName: "Ann Meyer" } } }, "odd");
    log.info({ customer: { email: "ann.meyer@example.com" } }, "mail to ann.meyer@example.com");
    const all = lines.join("");
    expect(all).not.toMatch(/Ann Meyer|ann\.meyer|password/);
    expect(all).toMatch(/"code":50035/);
    expect(all).toMatch(/mail to \[e-mail\]/);
  });

  it("holds nothing of what was to be written when a query failed, also where its message is told as a text", () => {
    const { log, lines } = kept();
    const cause = Object.assign(new Error("terminating connection"), { code: "57P01" });
    const message = 'Failed query: insert into "inbox" values ($1)\nparams: says Ann\n    at noon, Meyer';
    const failed = new Error(message, { cause });
    log.warn({ err: failed }, "an event could not be worked");
    log.warn({ err: messageOf(failed) }, "it will be tried again");
    log.warn({ err: message }, "once more");
    const all = lines.join("");
    expect(all).not.toMatch(/Ann|noon|Meyer/);
    expect(all.match(/terminating connection/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it("keeps what an operator needs: our own errors with code and cause, places, ids, counts", () => {
    const { log, facts } = kept();
    const err = new DeskhandError("delivery_failed", "Slack did not answer.", {
      cause: new Error("socket hang up"),
      retryable: true,
      retryAfterMs: 1500,
    });
    log.error({ err, lane: "talk:slack:T1/C1/1732442042.000100", events: [17, 18], attempts: 3 }, "given up");
    expect(facts()[0]).toMatchObject({
      level: 50,
      lane: "talk:slack:T1/C1/1732442042.000100",
      events: [17, 18],
      attempts: 3,
      err: {
        type: "DeskhandError",
        code: "delivery_failed",
        message: "Slack did not answer.",
        retryAfterMs: 1500,
        cause: { message: "socket hang up" },
      },
      msg: "given up",
    });
  });
});

describe("the way of a message in the log", () => {
  it("has one id from its event to its delivery, and nothing of what was said", async () => {
    const shop = startDeskhand({ env: { LOG_LEVEL: "debug" } });
    shop.send(says("m1", "c1", "ann", "How do I reset my password? I am ann.meyer@example.com"));
    await shop.until(replyTo("m1"));
    expect(await shop.end()).toBe(0);
    const lines = shop
      .errors()
      .split("\n")
      .filter((line) => line.startsWith("{"));
    const facts = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const onDisk = facts.find(({ msg }) => msg === "an event is on disk");
    const [begun, ...rest] = facts.filter(({ turn }) => turn === "turn-1");
    expect(begun).toMatchObject({ msg: "taken up", events: [onDisk?.["event"]] });
    expect(rest.map(({ msg }) => msg)).toContain("worked");
    expect(rest.filter(({ msg }) => msg === "delivered").map(({ delivery }) => delivery)).toContain(
      "turn-1.1",
    );
    expect(lines.join("\n")).not.toMatch(/reset my|ann\.meyer|help centre/);
  });
});
