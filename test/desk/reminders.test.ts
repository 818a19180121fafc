import { expect, it } from "vitest";

import { runTimer } from "../../src/desk/reminders.ts";
import { card } from "../contracts/store-desk.ts";
import { messageBody, T0 } from "../servers/shop.ts";
import { contentsOf, newDesk } from "./bench.ts";

it("a reminder is a new message, for only that pings; the talk under the first card goes on there", async () => {
  const desk = await newDesk();
  const { id } = await desk.escalate();
  await desk.store.commitDesk(null, { conversationId: id, deliveries: [card("E-1", "card.1")] }, T0);
  await desk.sent();
  const timer = { key: "remind:E-1", kind: "remind", ref: "E-1", dueAt: T0, attempts: 0 } as const;
  await runTimer(timer, desk.deps);
  const [reminder] = (await desk.sent()).filter(({ content }) => content.kind === "card");
  expect(reminder).toMatchObject({ content: { card: { ping: true } } });
  expect(reminder).not.toHaveProperty("replaces");
  expect(await desk.store.findEscalation({ id: "E-1" })).toMatchObject({
    bridge: { adapter: "chat", key: "thread-card.1" },
  });
  await desk.staff(messageBody("s1", "Hello Ann"), { place: "thread-card.1" });
  const sent = await desk.sent();
  expect(contentsOf(sent, "reply")).toMatchObject([{ text: "Hello Ann" }]);
  // The claim is shown on the card that was posted last.
  expect(sent.find(({ content }) => content.kind === "card")).toMatchObject({
    replaces: `p-${reminder?.id}`,
  });
});
