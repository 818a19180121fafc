import { expect, it } from "vitest";

import type { InboundBody } from "../src/domain.ts";
import { place } from "../src/lanes.ts";
import { eventOf, messageBody, MINUTE, staffNamed, storeOnFile, T0 } from "./servers/shop.ts";

const HERE = { address: { adapter: "chat", key: "post-1" }, visibility: "public" } as const;
const POST = { mode: "every_post", opens: true, addressed: true } as const;
const LINE = { mode: "every_post" } as const;

it.each<[string, InboundBody]>([
  ["a second line", messageBody("m2", "on my phone", LINE)],
  ["an edit", { kind: "edit", messageId: "m1", text: "better" }],
  ["a deletion", { kind: "delete", messageId: "m1" }],
])("%s of a question that nobody has worked yet is the asker's, who may be staff", async (_what, body) => {
  const store = await storeOnFile();
  const asked = await place(
    eventOf("e1", messageBody("m1", "how?", POST), { ...HERE, sender: staffNamed("sam") }),
    store,
  );
  // Sam's burst may go on for another minute.
  await store.acceptEvent(asked.event, { lane: asked.lane, urgent: false, quietMs: MINUTE, now: T0 });
  const mine = await place(eventOf("e2", body, { ...HERE, sender: staffNamed("sam") }), store);
  expect([mine.lane, mine.event.sender.role]).toEqual(["talk:chat:post-1", "customer"]);
  const toms = await place(eventOf("e3", body, { ...HERE, sender: staffNamed("tom") }), store);
  expect([toms.lane, toms.event.sender.role]).toEqual(["desk:chat:post-1", "staff"]);
});

it("what staff write where nobody has asked anything opens no conversation", async () => {
  const store = await storeOnFile();
  const said = await place(
    eventOf("e1", messageBody("m1", "lunch?", LINE), { ...HERE, sender: staffNamed("sam") }),
    store,
  );
  expect(said.event.sender.role).toBe("staff");
  expect(await store.counts()).toMatchObject({ conversations: 0 });
});
