import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { DeskhandError } from "../../../src/errors.ts";
import type { Fault } from "../../servers/slack/faults.ts";
import { type Bench, context, deliveryOf, reply, startBench } from "./bench.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await startBench({ config: { slack: { history_calls_per_minute: 100 } } });
});
afterAll(() => bench.slack.close());

/** What can go wrong with one call, and whether the process lives on. */
const trouble = fc.record({
  method: fc.constantFrom("chat.postMessage", "conversations.replies", "files.completeUploadExternal"),
  fault: fc.constantFrom<Fault>(
    { status: 500 },
    { status: 503, afterApplying: true },
    { cut: true },
    { cut: true, afterApplying: true },
    { status: 429, retryAfterSeconds: 1 },
    { error: "internal_error", afterApplying: true },
  ),
  crashes: fc.boolean(),
});

const bytes = Buffer.from("some bytes");
const attachments = [
  { name: "a.txt", mimeType: "text/plain", bytes: bytes.length, adapter: "discord", ref: "1" },
];

describe("whatever goes wrong on the way", () => {
  it("every part and every file comes once, and in order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(trouble, { maxLength: 6 }), async (troubles) => {
        bench.slack.clearFaults();
        for (const { method, fault } of troubles) bench.slack.failNext(method, fault);
        const { ts } = bench.slack.say({ channel: "CHELP", user: "UANN", text: "Hello" });
        const words = Array.from({ length: 4_000 }, (_, at) => `w${at}`);
        const content = reply(words.join(" "), { by: "staff", author: "Sam", attachments });
        const delivery = deliveryOf(content, { to: { adapter: "slack", key: `T1/CHELP/${ts}` } });
        await sendUntilSent(delivery, troubles);
        const answers = bench.slack.messages("CHELP", ts).filter(({ byApp }) => byApp);
        expect(answers.flatMap(({ text }) => text.match(/w\d+/g) ?? []).length).toBe(words.length);
        expect(answers.flatMap(({ text }) => text.match(/w\d+/g) ?? []).join(" ")).toBe(words.join(" "));
        expect(answers.flatMap(({ files }) => files.map(({ name }) => name))).toEqual(["a.txt"]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a long answer of which a part is out already", () => {
  it.each<[string, Fault]>([
    ["asks for a pause", { status: 429, retryAfterSeconds: 1 }],
    ["had trouble", { status: 500 }],
  ])("is not begun anew when Slack %s and the process ends while it waits", async (_what, fault) => {
    bench.slack.clearFaults();
    const { ts } = bench.slack.say({ channel: "CHELP", user: "UANN", text: "Hello" });
    const content = reply(Array.from({ length: 9_000 }, (_, at) => `w${at}`).join(" "));
    const delivery = deliveryOf(content, { to: { adapter: "slack", key: `T1/CHELP/${ts}` } });
    const written = bench.restarted();
    bench.slack.failNext("chat.postMessage", { slow: true });
    bench.slack.failNext("chat.postMessage", fault);
    const failed: DeskhandError = await written.send(delivery, context({ maybeSent: false })).then(
      () => expect.fail("the second part was refused"),
      (error: DeskhandError) => error,
    );
    // What the outbox writes down is all that the next process knows.
    const maybeSent = !NOTHING_SENT.includes(failed.code);
    await bench.restarted().send(delivery, context({ maybeSent }));
    const answers = bench.slack.messages("CHELP", ts).filter(({ byApp }) => byApp);
    expect(answers.length).toBeGreaterThan(1);
    expect(answers.flatMap(({ text }) => text.match(/w\d+/g) ?? []).length).toBe(9_000);
  });
});

/** After these the outbox takes it that nothing of the delivery is on the platform. */
const NOTHING_SENT: readonly string[] = ["delivery_unreached", "delivery_rate_limited", "delivery_waits"];

/** As the outbox does it: again after what may pass, with what is known of the earlier tries. */
async function sendUntilSent(
  delivery: ReturnType<typeof deliveryOf>,
  troubles: readonly { readonly crashes: boolean }[],
): Promise<void> {
  // History is not limited in this test, by us either: each process has its own minute.
  let clock = Date.now();
  const minuteLater = () => (clock += 60_000);
  let sender = bench.restarted(minuteLater);
  let maybeSent = false;
  for (let attempt = 0; attempt < 40; attempt++) {
    const trying = context({ maybeSent, fetchFile: async () => bytes });
    const outcome: DeskhandError | null = await sender.send(delivery, trying).then(
      () => null,
      (error: DeskhandError) => error,
    );
    if (outcome === null) return;
    expect(outcome.retryable).toBe(true);
    const crashes = troubles[attempt % Math.max(1, troubles.length)]?.crashes ?? false;
    maybeSent ||= crashes || !NOTHING_SENT.includes(outcome.code);
    if (crashes) sender = bench.restarted(minuteLater);
  }
  throw new Error("it was never sent");
}
