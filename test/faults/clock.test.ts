import { expect, it, onTestFinished, vi } from "vitest";

import { steadyClock } from "../../src/steady-clock.ts";
import { probed } from "./probed.ts";
import { openRig, type Rig } from "./rig.ts";

vi.setConfig({ testTimeout: 200_000 });

const HOUR_MS = 3_600_000;
/** Boundaries of one turn and its delivery; between each two something is due at a time that was set before. */
const POINTS = [
  "after acceptEvent",
  "after claimWork",
  "after loadTurn",
  "after reserveCall",
  "after commitTurn",
  "after takeDelivery",
  "while it is sent",
  "after retryDelivery",
] as const;
const QUIET_MS = 100;

it.each([
  ["forward", HOUR_MS],
  ["back", -HOUR_MS],
])(
  "the machine's clock jumps an hour %s at each boundary: customers have their one answer in time, staff see nothing",
  async (_where, jumpMs) => {
    const seen = await Promise.all(POINTS.map((point) => jumpAt(point, jumpMs)));
    expect(seen).toEqual(POINTS.map((point) => ({ point, jumped: true, answers: 1, later: 1, staff: [] })));
  },
);

async function jumpAt(point: string, jumpMs: number) {
  let offset = 0;
  let jumped = false;
  const jump = async (here: string) => {
    if (jumped || here !== point) return;
    jumped = true;
    offset = jumpMs;
    // Whoever looks for work in this moment looks with the new clock.
    for (let looks = 0; looks < 3; looks += 1) await rig.says(`look${looks}`, `look${looks}`, "ok");
  };
  let sends = 0;
  const rig = await openRig({
    now: steadyClock(() => Date.now() + offset),
    config: { conversation: { quiet_window_ms: QUIET_MS } },
    wrap: (store) => probed(store, jump),
    async onSend({ to }) {
      if (to.key !== "c") return;
      sends += 1;
      if (sends === 1) await jump("while it is sent");
      if (sends === 1 && point === "after retryDelivery") throw new Error("the platform stumbles once");
    },
  });
  onTestFinished(() => rig.close());
  await rig.says("m1", "c", "How do I reset my password?");
  await answered(rig, "c");
  await rig.says("m2", "d", "How do I export a project as CSV?");
  await answered(rig, "d");
  await rig.app.drained();
  return {
    point,
    jumped,
    answers: rig.seenIn("c").length,
    later: rig.seenIn("d").length,
    staff: rig.seenByStaff(),
  };
}

/** However slow the machine: an answer that is due in an hour does not come in two minutes. */
async function answered(rig: Rig, key: string): Promise<void> {
  await vi.waitFor(() => expect(rig.seenIn(key)).not.toEqual([]), { timeout: 120_000, interval: 20 });
}
