import { webApi } from "@slack/bolt";
import { pino } from "pino";
import { describe, expect, it } from "vitest";

import { createStaff } from "../../../adapters/slack/staff.ts";
import { createMemory } from "./live.ts";
import { slackConfig } from "./payloads.ts";

/** What Slack answers to who is in a user group; null while it does not answer. */
type Group = readonly string[] | null;

function staffWhere(users: Group, memory: ReturnType<typeof createMemory>, staff_group = "SDESK") {
  const client = new webApi.WebClient("xoxb-1", {
    fetch: async () => (users ? Response.json({ ok: true, users }) : new Response("", { status: 503 })),
    retryConfig: { retries: 0 },
  });
  return createStaff({
    config: slackConfig({ staff_group }),
    clientFor: async () => client,
    memory,
    now: () => 0,
    log: pino({ level: "silent" }),
  });
}

describe("who is staff, while Slack does not say", () => {
  it("is who was when it last did, also after a restart", async () => {
    const memory = createMemory();
    expect(await staffWhere(["USAM"], memory).includes("T1", "USAM")).toBe("yes");
    const restarted = staffWhere(null, memory);
    expect(await restarted.includes("T1", "USAM")).toBe("yes");
    expect(await restarted.includes("T1", "UANN")).toBe("no");
  });

  it("is not known where it never did", async () => {
    expect(await staffWhere(null, createMemory()).includes("T1", "USAM")).toBe("unknown");
  });

  it("is not who was in another group, before the settings were changed", async () => {
    const memory = createMemory();
    await staffWhere(["USAM"], memory).includes("T1", "USAM");
    expect(await staffWhere(null, memory, "SOTHER").includes("T1", "USAM")).toBe("unknown");
  });
});
