/** Piped text: one line is one message of one customer, answered before the next one is read. */
import { randomBytes } from "node:crypto";
import type { Readable, Writable } from "node:stream";

import type { Delivery, Intake } from "../../src/domain.ts";
import { messageOf } from "../../src/errors.ts";
import { CONSOLE, conversationAddress, plainId } from "./address.ts";
import { createLineWriter, readLines } from "./lines.ts";
import { createMemory } from "./memory.ts";
import { normaliseLine } from "./normalise.ts";
import { plainEntry } from "./plain-entry.ts";
import type { Console, ConsoleEnd } from "./platform.ts";
import { threadOf } from "./render.ts";

export interface PlainConsoleOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly agentName: string;
}

const CUSTOMER = { id: "piped", name: "Customer" };
const MAX_LINE_BYTES = 1_048_576;
/**
 * A turn that was set aside is never reported; the next line goes in then, and its order is kept all the same. Longer
 * than a turn takes with the default deadline.
 */
const LONGEST_WAIT_MS = 120_000;

/** How each turn went is not shown: it only ends the wait. */
export function createPlainConsole({ input, output, agentName }: PlainConsoleOptions): Console {
  const writer = createLineWriter(output);
  const memory = createMemory();
  const run = `piped-${randomBytes(6).toString("hex")}`;
  const conversation = run;
  const end = Promise.withResolvers<ConsoleEnd>();
  let stopping = false;
  let turn = Promise.withResolvers<void>();

  async function take(number: number, text: string, intake: Intake): Promise<void> {
    const parsed = normaliseLine(
      { type: "message", conversation, channel: "private", user: CUSTOMER, text, attachments: [] },
      { line: number, run, now: Date.now(), agentName, memory },
    );
    if (parsed.kind === "error") return writer.write(`line ${number}: ${parsed.message}`);
    turn = Promise.withResolvers<void>();
    try {
      await intake(parsed.event);
    } catch (error) {
      return writer.write(`line ${number}: not accepted: ${messageOf(error)}`);
    }
    memory.heard(parsed.event);
    const timer = setTimeout(turn.resolve, LONGEST_WAIT_MS);
    await Promise.race([turn.promise, end.promise]);
    clearTimeout(timer);
  }

  async function takeAll(intake: Intake): Promise<void> {
    try {
      for await (const line of readLines(input, MAX_LINE_BYTES)) {
        if (stopping) break;
        if (line.kind === "too_long")
          await writer.write(`line ${line.number}: longer than ${MAX_LINE_BYTES} bytes`);
        else if (line.text.trim() !== "") await take(line.number, line.text.trimEnd(), intake);
      }
      end.resolve(stopping ? "stopped" : "end_of_input");
    } catch {
      end.resolve(output.writable ? "end_of_input" : "output_gone");
    }
  }

  async function watchOutput(): Promise<void> {
    await writer.gone;
    end.resolve("output_gone");
    input.destroy();
  }

  /** A turn is reported; what goes to staff while a person has the conversation is relayed. */
  function endsTurn({ content }: Delivery): boolean {
    if (content.kind === "turn") return plainId(content.report.conversation) === conversation;
    if (content.kind !== "relay") return false;
    return memory.conversationOf(content.escalationId)?.key === conversationAddress(conversation).key;
  }

  return {
    name: CONSOLE,
    wantsReports: true,
    verifyHint: "Piped text cannot verify an e-mail; use the interactive console and its /verify command.",
    finished: end.promise,
    async start({ intake }) {
      void watchOutput();
      void takeAll(intake);
    },
    async stop() {
      stopping = true;
      end.resolve("stopped");
      input.destroy();
    },
    async send(delivery) {
      memory.told(delivery);
      const rows = plainEntry(delivery, { agentName, now: Date.now() });
      if (rows.length > 0) await writer.write(rows.join("\n"));
      if (endsTurn(delivery)) turn.resolve();
      return { messageId: delivery.id, ...threadOf(delivery) };
    },
  };
}
