/** `deskhand chat --json`: the console as a protocol, one JSON object a line in each direction. */
import { randomBytes } from "node:crypto";
import type { Readable, Writable } from "node:stream";

import type { Intake } from "../../src/domain.ts";
import { messageOf } from "../../src/errors.ts";
import { CONSOLE } from "./address.ts";
import { createLineWriter, readLines } from "./lines.ts";
import type { InputLine } from "./lines.ts";
import { createMemory } from "./memory.ts";
import type { Console, ConsoleEnd } from "./platform.ts";
import { parseLine } from "./protocol.ts";
import { deliveryLine, threadOf } from "./render.ts";

export interface JsonConsoleOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly agentName: string;
}

const MAX_LINE_BYTES = 1_048_576;

/**
 * Lines go to the intake one after the other, each only when the one before is on disk and its `accepted` is written.
 * A bad line is answered with an error and the next one is read.
 */
export function createJsonConsole({ input, output, agentName }: JsonConsoleOptions): Console {
  const writer = createLineWriter(output);
  const memory = createMemory();
  const run = `line-${randomBytes(6).toString("hex")}`;
  const end = Promise.withResolvers<ConsoleEnd>();
  /** The line being accepted. A delivery waits for it, so that no answer is seen before its message was accepted. */
  let accepting: Promise<void> = Promise.resolve();
  let reading: Promise<void> | undefined;
  let stopping = false;

  function print(line: object): Promise<void> {
    return writer.write(JSON.stringify(line));
  }

  async function take(line: InputLine, intake: Intake): Promise<void> {
    const fail = (message: string): Promise<void> => print({ type: "error", line: line.number, message });
    if (line.kind === "too_long") return fail(`longer than ${MAX_LINE_BYTES} bytes`);
    if (line.text.trim() === "") return;
    const parsed = parseLine(line.text, { line: line.number, run, now: Date.now(), agentName, memory });
    if (parsed.kind === "error") return fail(parsed.message);
    const { event, replyId } = parsed;
    let outcome: Awaited<ReturnType<Intake>>;
    try {
      outcome = await intake(event);
    } catch (error) {
      return fail(`not accepted, send it again: ${messageOf(error)}`);
    }
    memory.heard(event);
    await print({
      type: "accepted",
      id: replyId,
      ...(event.eventId !== replyId && { event: event.eventId }),
      ...(outcome === "duplicate" && { duplicate: true }),
    });
  }

  async function takeAll(intake: Intake): Promise<void> {
    try {
      for await (const line of readLines(input, MAX_LINE_BYTES)) {
        if (stopping) break;
        const done = Promise.withResolvers<void>();
        accepting = done.promise;
        await take(line, intake).finally(done.resolve);
      }
      end.resolve(stopping ? "stopped" : "end_of_input");
    } catch {
      // Only a write that failed, or an input that broke off, comes here: either way no more can be taken.
      end.resolve(output.writable ? "end_of_input" : "output_gone");
    }
  }

  async function watchOutput(): Promise<void> {
    await writer.gone;
    end.resolve("output_gone");
    input.destroy();
  }

  return {
    name: CONSOLE,
    wantsReports: true,
    verifyHint: "Verify your e-mail first (a verify line of the protocol does it).",
    finished: end.promise,
    async start({ intake }) {
      void watchOutput();
      reading = takeAll(intake);
    },
    async stop() {
      stopping = true;
      input.destroy();
      await reading;
      end.resolve("stopped");
    },
    async send(delivery) {
      await accepting;
      memory.told(delivery);
      await print(deliveryLine(delivery, (escalationId) => memory.conversationOf(escalationId)));
      return { messageId: delivery.id, ...threadOf(delivery) };
    },
  };
}
