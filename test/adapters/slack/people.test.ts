import { webApi } from "@slack/bolt";
import { pino } from "pino";
import { describe, expect, it } from "vitest";

import { userOf } from "../../../adapters/slack/address.ts";
import { createPeople } from "../../../adapters/slack/people.ts";
import { slackConfig } from "./payloads.ts";

const ANN = {
  id: "UANN",
  team_id: "T1",
  name: "ann.field",
  real_name: "Ann Field",
  deleted: false,
  is_bot: false,
  is_restricted: false,
  is_ultra_restricted: false,
  is_email_confirmed: true,
  profile: {
    display_name: "Ann",
    real_name: "Ann Field",
    email: "ann@example.com",
    image_72: "https://avatars.example/72.png",
    image_192: "https://avatars.example/192.png",
  },
};

/** Slack's real client, with this answer to `users.info`. */
function peopleWhere(user: unknown, slack: Record<string, unknown> = { trust_emails: true }) {
  const client = new webApi.WebClient("xoxb-1", {
    fetch: async () => Response.json({ ok: true, user }),
    retryConfig: { retries: 0 },
  });
  return createPeople({
    config: slackConfig(slack),
    clientFor: async () => client,
    staff: { includes: async () => "yes" },
    isOwn: async (team) => team === "T1",
    now: () => 0,
    log: pino({ level: "silent" }),
  });
}

const author = { user: "UANN", isStranger: false };

describe("a person in Slack", () => {
  it("has the name and picture that they chose, and an e-mail where the operator trusts it", async () => {
    expect(await peopleWhere(ANN).person("T1", author)).toEqual({
      id: "UANN",
      name: "Ann",
      role: "staff",
      trustedEmail: "ann@example.com",
      avatarUrl: "https://avatars.example/192.png",
    });
    expect(await peopleWhere(ANN, {}).person("T1", author)).not.toHaveProperty("trustedEmail");
  });

  it.each([
    ["a guest of one channel", { is_ultra_restricted: true }],
    ["a guest", { is_restricted: true }],
    ["a stranger", { is_stranger: true }],
    ["of another workspace", { team_id: "T9" }],
    ["a bot", { is_bot: true }],
    ["somebody who left", { deleted: true }],
    ["somebody who has not confirmed it", { is_email_confirmed: false }],
  ])("has no trusted e-mail as %s", async (_who, flags) => {
    const person = await peopleWhere({ ...ANN, ...flags }).person("T1", author);
    expect(person).not.toHaveProperty("trustedEmail");
  });

  it("has no trusted e-mail in a workspace that installed the app by itself: its admins can write any", async () => {
    const person = await peopleWhere({ ...ANN, team_id: "T2" }).person("T2", author);
    expect(person).toMatchObject({ name: "Ann" });
    expect(person).not.toHaveProperty("trustedEmail");
  });

  it("is somebody else than whoever has the same id in another workspace", async () => {
    const here = await peopleWhere(ANN).person("T1", author);
    const there = await peopleWhere({ ...ANN, team_id: "T2" }).person("T2", author);
    expect([here.id, there.id, userOf(here.id), userOf(there.id)]).toEqual([
      "UANN",
      "T2/UANN",
      "UANN",
      "UANN",
    ]);
  });

  it("is never staff when they are of another workspace, by whichever sign", async () => {
    const roles = await Promise.all([
      peopleWhere(ANN).person("T1", { ...author, isStranger: true }),
      peopleWhere({ ...ANN, team_id: "T9" }).person("T1", author),
    ]);
    expect(roles.map(({ role }) => role)).toEqual(["customer", "customer"]);
  });

  it("is of ours when Slack lists our workspace among theirs in the organisation", async () => {
    const user = { ...ANN, team_id: "T2", enterprise_user: { teams: ["T1", "T2"] } };
    expect(await peopleWhere(user).person("T1", author)).toMatchObject({
      role: "staff",
      trustedEmail: "ann@example.com",
    });
  });

  it("goes by another of their names, and by their id when Slack says nothing of use", async () => {
    const bare = { ...ANN, profile: { display_name: "", real_name: "Ann Field" } };
    expect((await peopleWhere(bare).person("T1", author)).name).toBe("Ann Field");
    expect((await peopleWhere("what?").person("T1", author)).name).toBe("UANN");
    const names = await peopleWhere("what?").names("T1", ["UANN", "USAM"]);
    expect([...names]).toEqual([
      ["UANN", "UANN"],
      ["USAM", "USAM"],
    ]);
  });
});
