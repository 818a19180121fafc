import { setTimeout as pause } from "node:timers/promises";

import type { Adapter } from "../../src/adapter.ts";
import type { InboundEvent, Intake } from "../../src/domain.ts";
import { QUESTIONS } from "../../test/soak/questions.ts";

const AGAIN_MS = 1_000;

export interface Answered {
  /** From a question to its answer, in ms. */
  readonly waits: readonly number[];
  /** Answers that were not the AI's: a run with any of them measures something else. */
  readonly others: number;
}

/**
 * One platform on which several processes stand, as they do on Slack. Each conversation always has one question open.
 * Whichever process delivers the answer asks the next one; when it was asked stands in the message's id.
 */
export function createSharedCrowd() {
  let intake: Intake | undefined;
  let waits: number[] = [];
  let others = 0;
  let isOver = false;

  const adapter: Adapter = {
    name: "crowd",
    wantsReports: false,
    async start(host) {
      intake = host.intake;
    },
    async stop() {},
    async send({ id, to, content }) {
      if (content.kind !== "reply") return { messageId: id };
      if (content.by !== "ai") others += 1;
      const [round = 0, askedAt = Date.now()] = (content.inReplyTo.at(-1) ?? "")
        .split("-")
        .slice(1)
        .map(Number);
      waits.push(Date.now() - askedAt);
      if (!isOver) setImmediate(() => void ask(to.key, round + 1));
      return { messageId: id };
    },
  };

  async function ask(key: string, round: number): Promise<void> {
    const [text] = QUESTIONS[(Number(key.slice(1)) + round) % QUESTIONS.length] ?? [""];
    const id = `${key}-${round}-${Date.now()}`;
    const message = { kind: "message", messageId: id, text, mode: "dm", attachments: [] } as const;
    const event: InboundEvent = {
      eventId: id,
      address: { adapter: "crowd", key },
      visibility: "private",
      sender: { id: `customer-${key}`, name: "Ann", role: "customer" },
      sentAt: Date.now(),
      body: { ...message, opens: true, addressed: true },
    };
    while (!(await isTaken(event))) await pause(AGAIN_MS);
  }

  /** What is not acknowledged is delivered again, as platforms do. */
  async function isTaken(event: InboundEvent): Promise<boolean> {
    try {
      await intake?.(event);
      return true;
    } catch (error) {
      process.stderr.write(`not taken: ${String(error)}\n`);
      return false;
    }
  }

  return {
    adapter,
    /** Asks the first question of these conversations. */
    async begin(from: number, to: number): Promise<void> {
      for (let at = from; at < to; at += 1) await ask(`c${at}`, 0);
    },
    /** What was answered since it was asked last. */
    take(): Answered {
      const answered = { waits, others };
      waits = [];
      others = 0;
      return answered;
    },
    end(): void {
      isOver = true;
    },
  };
}
