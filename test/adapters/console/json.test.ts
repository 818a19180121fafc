import { once } from "node:events";
import { PassThrough } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createConsole } from "../../../adapters/console/index.ts";
import type { Console } from "../../../adapters/console/index.ts";
import type { Delivery, InboundEvent, Intake } from "../../../src/domain.ts";
import { hostWith, sendContext } from "../../servers/shop.ts";

interface Run {
  readonly console: Console;
  readonly input: PassThrough;
  readonly output: PassThrough;
  readonly events: InboundEvent[];
  /** What was written so far, a line each. */
  readonly lines: () => Record<string, unknown>[];
}

async function run(intake?: Intake, outputBuffer = 1 << 24): Promise<Run> {
  const input = new PassThrough();
  const output = new PassThrough({ highWaterMark: outputBuffer });
  const events: InboundEvent[] = [];
  let written = "";
  if (outputBuffer > 1_000) output.on("data", (chunk: Buffer) => (written += chunk.toString("utf8")));
  const adapter = createConsole({ mode: "json", input, output, agentName: "Aria" });
  await adapter.start(
    hostWith(async (event) => {
      const known = events.some(({ eventId }) => eventId === event.eventId);
      events.push(event);
      return (await intake?.(event)) ?? (known ? "duplicate" : "accepted");
    }),
  );
  return {
    console: adapter,
    input,
    output,
    events,
    lines: () =>
      written
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

function message(id: string, text = "Hello"): string {
  return `${JSON.stringify({ type: "message", id, conversation: "c1", user: { id: "u1" }, text })}\n`;
}

function reply(id: string, text = "Hi"): Delivery {
  return {
    id,
    to: { adapter: "console", key: "c/c1" },
    visibility: "private",
    createdAt: 0,
    content: { kind: "reply", text, by: "ai", citations: [], inReplyTo: ["m1"] },
  };
}

const context = sendContext();

describe("the JSON console's input", () => {
  it("accepts each line once it is stored, and ends when the input does", async () => {
    const { console: adapter, input, lines } = await run();
    input.end(message("m1") + message("m2") + message("m1"));
    expect(await adapter.finished).toBe("end_of_input");
    expect(lines()).toEqual([
      { type: "accepted", id: "m1" },
      { type: "accepted", id: "m2" },
      { type: "accepted", id: "m1", duplicate: true },
    ]);
  });

  it("shows the made id of a line without one, and the event of an edit", async () => {
    const { console: adapter, input, lines, events } = await run();
    input.write(`{"type":"message","conversation":"c1","user":{"id":"u1"},"text":"Hi"}\n`);
    input.end(`{"type":"delete","id":"m1","conversation":"c1","user":{"id":"u1"}}\n`);
    await adapter.finished;
    expect(lines()).toEqual([
      { type: "accepted", id: events[0]?.eventId },
      { type: "accepted", id: "m1", event: "delete:m1" },
    ]);
  });

  it("makes different ids in every run", async () => {
    const line = `{"type":"message","conversation":"c1","user":{"id":"u1"},"text":"Hi"}\n`;
    const runs = await Promise.all([run(), run()]);
    for (const { input } of runs) input.end(line);
    await Promise.all(runs.map(({ console: adapter }) => adapter.finished));
    expect(runs[0]?.events[0]?.eventId).not.toBe(runs[1]?.events[0]?.eventId);
  });

  it("hands a line over only when the one before is stored", async () => {
    const stored: (() => void)[] = [];
    const {
      console: adapter,
      input,
      events,
    } = await run(async () => {
      await new Promise<void>((resolve) => stored.push(resolve));
      return "accepted";
    });
    input.end(message("m1") + message("m2") + message("m3"));
    for (const count of [1, 2, 3]) {
      await pause(20);
      expect(events).toHaveLength(count);
      stored.at(-1)?.();
    }
    await adapter.finished;
    expect(events.map(({ eventId }) => eventId)).toEqual(["m1", "m2", "m3"]);
  });

  it("answers a bad line with its number and reads the next one", async () => {
    const { console: adapter, input, lines } = await run();
    input.end(`{"type":\n\n{"type":"message"}\n${message("m1")}`);
    await adapter.finished;
    expect(lines()).toEqual([
      { type: "error", line: 1, message: expect.stringMatching(/^not JSON/) },
      { type: "error", line: 3, message: expect.stringMatching(/^conversation: missing; user: missing/) },
      { type: "accepted", id: "m1" },
    ]);
  });

  it("says so when a message could not be stored, and takes it when it is sent again", async () => {
    let full = true;
    const {
      console: adapter,
      input,
      lines,
    } = await run(async () => {
      if (full) {
        full = false;
        throw new Error("disk full");
      }
      return "accepted";
    });
    input.end(message("m1") + message("m1"));
    await adapter.finished;
    expect(lines()).toEqual([
      { type: "error", line: 1, message: "not accepted, send it again: disk full" },
      { type: "accepted", id: "m1" },
    ]);
  });

  it("takes a message of 100 kB and one in many languages, cut into pieces anywhere", async () => {
    const { console: adapter, input, events } = await run();
    const long = "x".repeat(100_000);
    const words = "Grüße 你好 👩‍👩‍👧 مرحبا";
    const bytes = Buffer.from(message("m1", long) + message("m2", words));
    for (let at = 0; at < bytes.length; at += 997) input.write(bytes.subarray(at, at + 997));
    input.end();
    await adapter.finished;
    expect(events.map(({ body }) => body.kind === "message" && body.text)).toEqual([long, words]);
  });

  it("refuses a line over 1 MB before its end has come, and reads the next one", async () => {
    const { console: adapter, input, lines, events } = await run();
    for (let sent = 0; sent < 40; sent += 1) {
      input.write("x".repeat(65_536));
      await pause(1);
    }
    expect(lines()).toEqual([{ type: "error", line: 1, message: "longer than 1048576 bytes" }]);
    input.end(`x\n${message("m1")}`);
    await adapter.finished;
    expect(events).toHaveLength(1);
    expect(lines().at(-1)).toEqual({ type: "accepted", id: "m1" });
  });

  it("takes Windows line ends, a byte order mark, and a last line without an end", async () => {
    const { console: adapter, input, lines } = await run();
    input.end(`\uFEFF${message("m1").trim()}\r\n\r\n${message("m2").trim()}`);
    await adapter.finished;
    expect(lines().map(({ type, id }) => [type, id])).toEqual([
      ["accepted", "m1"],
      ["accepted", "m2"],
    ]);
  });

  it("gives one answer with the right number to each line of anything", async () => {
    const bad = fc.oneof(
      fc.json({ stringUnit: "grapheme" }).map((json) => json.replaceAll("\n", " ")),
      fc.string().map((text) => text.replaceAll("\n", " ")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(bad, fc.constant("good")), { maxLength: 12 }), async (given) => {
        const { console: adapter, input, lines } = await run();
        input.end(given.map((line, at) => (line === "good" ? message(`m${at}`) : `${line}\n`)).join(""));
        await adapter.finished;
        const expected = given.flatMap((line, at) => {
          if (line.trim() === "") return [];
          return line === "good" ? [`accepted m${at}`] : [`error ${at + 1}`];
        });
        expect(lines().map(({ type, id, line }) => `${String(type)} ${String(id ?? line)}`)).toEqual(
          expected,
        );
      }),
      { numRuns: 100 },
    );
  });
});

describe("the JSON console's output", () => {
  it("writes a delivery as one line and resolves with its id", async () => {
    const { console: adapter, lines } = await run();
    expect(await adapter.send(reply("d1", "two\nlines"), context)).toEqual({ messageId: "d1" });
    expect(lines()).toEqual([
      {
        type: "reply",
        id: "d1",
        conversation: "c1",
        visibility: "private",
        text: "two\nlines",
        by: "ai",
        citations: [],
        inReplyTo: ["m1"],
      },
    ]);
  });

  it("never shows an answer before the acceptance of its message", async () => {
    const started: Promise<unknown>[] = [];
    const current: { adapter?: Console } = {};
    const {
      console: adapter,
      input,
      lines,
    } = await run(async () => {
      if (current.adapter) started.push(current.adapter.send(reply("d1"), context));
      await pause(20);
      return "accepted";
    });
    current.adapter = adapter;
    input.end(message("m1"));
    await adapter.finished;
    await Promise.all(started);
    expect(lines().map(({ type }) => type)).toEqual(["accepted", "reply"]);
  });

  it("waits for a slow reader, and takes no more input meanwhile", async () => {
    const { console: adapter, input, output, events } = await run(undefined, 16);
    input.write(message("m1").repeat(50));
    await pause(50);
    const before = events.length;
    expect(before).toBeLessThan(5);
    output.resume();
    input.end();
    await adapter.finished;
    expect(events).toHaveLength(50);
  });

  it("ends quietly when nobody reads any more, and keeps what was not written", async () => {
    const { console: adapter, input, output } = await run();
    output.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    expect(await adapter.finished).toBe("output_gone");
    expect(input.destroyed).toBe(true);
    await expect(adapter.send(reply("d1"), context)).rejects.toMatchObject({
      code: "delivery_failed",
      retryable: true,
    });
  });

  it("stops reading when it is stopped, and still delivers what is under way", async () => {
    const { console: adapter, input, lines } = await run();
    input.write(message("m1"));
    while (lines().length === 0) await pause(1);
    await adapter.stop();
    expect(await adapter.finished).toBe("stopped");
    await adapter.send(reply("d1"), context);
    expect(lines().map(({ type }) => type)).toEqual(["accepted", "reply"]);
  });
});

it("can be stopped before it was started", async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const adapter = createConsole({ mode: "json", input, output, agentName: "Aria" });
  await adapter.stop();
  expect(await adapter.finished).toBe("stopped");
});

it("survives a reader that goes away in the middle of a real pipe", async () => {
  const { spawn } = await import("node:child_process");
  const script = `
    import { createConsole } from ${JSON.stringify(new URL("../../../adapters/console/index.ts", import.meta.url).href)};
    const adapter = createConsole({ mode: "json", input: process.stdin, output: process.stdout, agentName: "Aria" });
    await adapter.start(async () => "accepted");
    process.stderr.write(await adapter.finished);
    process.exitCode = 0;
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  child.stdin.on("error", () => undefined);
  child.stdin.write(message("m1"));
  await once(child.stdout, "data");
  child.stdout.destroy();
  for (let at = 0; at < 50 && child.exitCode === null; at += 1) {
    child.stdin.write(message(`n${at}`));
    await pause(20);
  }
  if (child.exitCode === null) await once(child, "exit");
  expect([child.exitCode, said]).toEqual([0, "output_gone"]);
});
