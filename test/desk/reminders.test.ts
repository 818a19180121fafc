import { expect, it } from "vitest";

import { runTimer } from "../../src/desk/reminders.ts";
import { card } from "../contracts/store-desk.ts";
import { messageBody, T0 } from "../servers/shop.ts";
import { contentsOf, newDesk } from "./bench.ts";

it("a reminder pings in the card's thread and changes the card in place: there is one card and one thread", async () => {
  const desk = await newDesk();
  const { id } = await desk.escalate();
  await desk.store.commitDesk(null, { conversationId: id, deliveries: [card("E-1", "card.1")] }, T0);
  await desk.sent();
  const timer = { key: "remind:E-1", kind: "remind", ref: "E-1", dueAt: T0, attempts: 0 } as const;
  await runTimer(timer, desk.deps);
  const thread = { adapter: "chat", key: "thread-card.1" };
  expect(await desk.sent()).toMatchObject([
    { replaces: "p-card.1", content: { kind: "card", card: { ping: false } } },
    { to: thread, content: { kind: "notice", ping: true } },
  ]);
  await desk.staff(messageBody("s1", "Hello Ann"), { place: "thread-card.1" });
  const sent = await desk.sent();
  expect(contentsOf(sent, "reply")).toMatchObject([{ text: "Hello Ann" }]);
  expect(sent.find(({ content }) => content.kind === "card")).toMatchObject({ replaces: "p-card.1" });
});
