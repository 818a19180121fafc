import { expect, it, onTestFinished } from "vitest";

import { until } from "../servers/shop.ts";
import { openRig, type Rig } from "./rig.ts";

/** A shop whose turns wait at the model's door until they are let through. */
async function open(quietMs = 0) {
  const gate = Promise.withResolvers<void>();
  let waiting = 0;
  const rig = await openRig({
    config: { conversation: { quiet_window_ms: quietMs } },
    wrap: (store) => ({
      ...store,
      async reserveCall(plan, limits, now) {
        waiting += 1;
        await gate.promise;
        return store.reserveCall(plan, limits, now);
      },
    }),
  });
  onTestFinished(async () => {
    gate.resolve();
    await rig.close();
  });
  return { rig, gate, atTheModel: () => until(() => waiting > 0) };
}

const edited = (rig: Rig) =>
  rig.happens("e1", "c", { kind: "edit", messageId: "m1", text: "How do I export a project as CSV?" });
const deleted = (rig: Rig) => rig.happens("d1", "c", { kind: "delete", messageId: "m1" });
const asked = (rig: Rig) => rig.says("m1", "c", "How do I reset my password?");

it("a burst within the quiet window is one question with one answer", async () => {
  const { rig, gate } = await open(300);
  gate.resolve();
  for (const [at, text] of ["hi", "How do I", "reset my password?"].entries())
    await rig.says(`m${at}`, "c", text);
  await rig.app.drained();
  expect(rig.seenIn("c")).toEqual([expect.stringMatching(/Reset your password/)]);
});

it("an edit before the turn is answered as edited", async () => {
  const { rig, gate } = await open(300);
  gate.resolve();
  await asked(rig);
  await edited(rig);
  await rig.app.drained();
  expect(rig.seenIn("c")).toEqual([expect.stringMatching(/CSV/)]);
});

it("an edit during the turn is answered as edited, once", async () => {
  const { rig, gate, atTheModel } = await open();
  await asked(rig);
  await atTheModel();
  await edited(rig);
  gate.resolve();
  await rig.app.drained();
  expect(rig.seenIn("c")).toEqual([expect.stringMatching(/CSV/)]);
});

it("a deletion before or during the turn means no answer", async () => {
  const early = await open(300);
  early.gate.resolve();
  await asked(early.rig);
  await deleted(early.rig);
  await early.rig.app.drained();
  expect(early.rig.seenIn("c")).toEqual([]);

  const late = await open();
  await asked(late.rig);
  await late.atTheModel();
  await deleted(late.rig);
  late.gate.resolve();
  await late.rig.app.drained();
  expect(late.rig.seenIn("c")).toEqual([]);
});

it("an edit or a deletion after the answer makes no second answer", async () => {
  const { rig, gate } = await open();
  gate.resolve();
  await asked(rig);
  await rig.app.drained();
  await edited(rig);
  await rig.app.drained();
  await deleted(rig);
  await rig.app.drained();
  expect(rig.seenIn("c")).toHaveLength(1);
});
