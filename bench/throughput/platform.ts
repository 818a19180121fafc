import type { Adapter } from "../../src/adapter.ts";
import type { Intake } from "../../src/domain.ts";
import { QUESTIONS } from "../../test/soak/questions.ts";

export interface Measured {
  readonly answers: number;
  /** From a question to the answer, of those answered while it was measured. */
  readonly waits: readonly number[];
  /** Answers that were not the AI's: a run with any of them measures something else. */
  readonly others: number;
}

/**
 * A platform in memory on which each of so many conversations always has one question open: who was answered asks the
 * next one at once.
 */
export function createCrowd(conversations: number) {
  const askedAt = new Map<string, number>();
  const rounds = new Map<string, number>();
  let intake: Intake | undefined;
  let waits: number[] = [];
  let others = 0;
  let isOver = false;
  const failures: unknown[] = [];

  const adapter: Adapter = {
    name: "crowd",
    wantsReports: false,
    async start(host) {
      intake = host.intake;
    },
    async stop() {},
    async send({ id, to, content }) {
      if (content.kind === "reply") {
        if (content.by !== "ai") others += 1;
        waits.push(performance.now() - (askedAt.get(to.key) ?? 0));
        if (!isOver) setImmediate(askOn, to.key);
      }
      return { messageId: id };
    },
  };

  function askOn(key: string): void {
    ask(key).catch((error: unknown) => failures.push(error));
  }

  async function ask(key: string): Promise<void> {
    const round = (rounds.get(key) ?? Number(key.slice(1))) + 1;
    rounds.set(key, round);
    askedAt.set(key, performance.now());
    const [text] = QUESTIONS[round % QUESTIONS.length] ?? [""];
    const id = `${key}-${round}`;
    const message = { kind: "message", messageId: id, text, mode: "dm", attachments: [] } as const;
    await intake?.({
      eventId: id,
      address: { adapter: "crowd", key },
      visibility: "private",
      sender: { id: `customer-${key}`, name: "Ann", role: "customer" },
      sentAt: Date.now(),
      body: { ...message, opens: true, addressed: true },
    });
  }

  return {
    adapter,
    /** Resolves once all first questions are accepted. */
    async begin() {
      await Promise.all(Array.from({ length: conversations }, (_, at) => ask(`c${at}`)));
    },
    /** What was answered since it was asked last. */
    take(): Measured {
      if (failures.length > 0) throw new Error("a question could not be asked", { cause: failures[0] });
      const measured = { answers: waits.length, waits, others };
      waits = [];
      others = 0;
      return measured;
    },
    end() {
      isOver = true;
    },
  };
}
