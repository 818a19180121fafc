import { expect, it } from "vitest";

import { ownDeskOf } from "../../adapters/slack/settings.ts";
import { openApp } from "../servers/app.ts";
import { customerNamed, shopConfig } from "../servers/shop.ts";
import { contentsOf } from "./bench.ts";

it("cards, poor ratings and what was recorded go to the staff channel of the customer's own place", async () => {
  const crew = { adapter: "desk", key: "crew" };
  const app = await openApp({ chat: { ownDesk: ({ key }) => (key === "bob's" ? crew : null) } });
  for (const name of ["ann", "bob"]) {
    const address = { adapter: "chat", key: `${name}'s` };
    await app.says("I want to talk to a human", { sender: customerNamed(name), address });
    await app.send({ kind: "rate", score: 1 }, { sender: customerNamed(name), address });
  }
  const at = (key: string) => app.desk.sent.filter(({ to }) => to.key === key);
  expect(contentsOf(at("support"), "card").map(({ card }) => card.customer)).toEqual(["ann"]);
  expect(contentsOf(at("crew"), "card").map(({ card }) => card.customer)).toEqual(["bob"]);
  expect(contentsOf(at("crew"), "notice").map(({ text }) => text)).toEqual([
    "bob rated the help 1 of 5 (E-3, T-1003).",
  ]);
});

it("on Slack that is the workspace's desk_channel", () => {
  const { slack } = shopConfig({ slack: { workspaces: { T2: { desk_channel: "CCREW" }, T3: {} } } });
  const ownDesk = (team: string) => ownDeskOf({ adapter: "slack", key: `${team}/CASK/1.1` }, { slack });
  expect(ownDesk("T2")).toEqual({ adapter: "slack", key: "T2/CCREW" });
  expect([ownDesk("T1"), ownDesk("T3")]).toEqual([null, null]);
});
