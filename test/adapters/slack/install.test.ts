import { afterEach, describe, expect, it } from "vitest";

import { createInstallations } from "../../../adapters/slack/install.ts";
import { createVault } from "../../../adapters/slack/vault.ts";
import { ACME, createMemory, type Live, live } from "./live.ts";

const running: Live[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
});

const LONG = 60_000;

const OAUTH = {
  SLACK_CLIENT_ID: "111.222",
  SLACK_CLIENT_SECRET: "client-secret",
  SLACK_STATE_SECRET: "state-secret",
  DESKHAND_SECRET: "a secret of this installation",
};

async function start(mode: "socket" | "http", slack: Record<string, unknown> = {}): Promise<Live> {
  const teams = [
    ...(ACME.teams ?? []),
    {
      id: "T2",
      name: "other",
      users: [{ id: "UTOM", name: "tom" }],
      channels: [{ id: "CASK", name: "ask", members: ["UTOM"] }],
    },
  ];
  const one = await live({ mode, installs: true, env: OAUTH, slack, server: { teams } });
  running.push(one);
  return one;
}

/** What a browser does: the page with the button, Slack's consent, the way back. */
async function install({ base, slack }: Live, team: string): Promise<Response> {
  const page = await fetch(`${base}/slack/install`);
  const html = await page.text();
  const cookie = page.headers.get("set-cookie")?.split(";")[0] ?? "";
  const [, href = ""] = /href="([^"]*authorize[^"]*)"/.exec(html) ?? [];
  const consent = new URL(href.replaceAll("&amp;", "&"));
  expect(consent.searchParams.get("client_id")).toBe(OAUTH.SLACK_CLIENT_ID);
  expect(consent.searchParams.get("scope")).toContain("chat:write");
  const query = new URLSearchParams({
    code: slack.issueCode(team),
    state: consent.searchParams.get("state") ?? "",
  });
  return fetch(`${base}/slack/oauth_redirect?${query.toString()}`, { headers: { cookie } });
}

describe.each(["socket", "http"] as const)("installing over %s", (mode) => {
  it("lets two workspaces in, each with settings of its own", { timeout: LONG }, async () => {
    const one = await start(mode, {
      workspaces: { T2: { channels: [{ id: "CASK", mode: "every_post" }] } },
    });
    const { slack, events } = one;
    expect((await install(one, "T1")).status).toBe(200);
    expect((await install(one, "T2")).status).toBe(200);
    await slack.say({ channel: "CHELP", user: "UANN", text: "one" }).settled;
    await slack.say({ channel: "CASK", user: "UTOM", text: "two" }).settled;
    expect(events).toMatchObject([
      {
        address: { key: expect.stringMatching(/^T1\/CHELP\//) },
        sender: { name: "ann" },
        body: { mode: "mention" },
      },
      {
        address: { key: expect.stringMatching(/^T2\/CASK\//) },
        sender: { name: "tom" },
        body: { mode: "every_post" },
      },
    ]);
  });

  it("keeps the tokens sealed, and knows the workspaces after a restart", { timeout: LONG }, async () => {
    const one = await start(mode);
    await install(one, "T1");
    expect([...one.memory.values.keys()]).toContain("install/T1");
    expect([...one.memory.values.values()].join(" ")).not.toContain(one.slack.botToken("T1"));
    await one.restart();
    const said = one.slack.say({ channel: "CHELP", user: "UANN", text: "still there?" });
    await said.settled;
    if (one.events.length === 0) await one.deliverAgain(said);
    expect(one.events).toHaveLength(1);
  });

  it(
    "forgets a workspace that removed the app, and acknowledges what still comes",
    { timeout: LONG },
    async () => {
      const one = await start(mode);
      const { slack, events, memory } = one;
      await install(one, "T1");
      await install(one, "T2");
      for (const { settled } of slack.uninstall("T1")) await settled;
      expect([...memory.values.keys()].filter((key) => key.startsWith("install/"))).toEqual(["install/T2"]);
      slack.team("T1").installed = true;
      const late = slack.say({ channel: "CHELP", user: "UANN", text: "anybody?" });
      await late.settled;
      expect(late.deliveries[0]?.state).toBe("acknowledged");
      await slack.say({ channel: "CASK", user: "UTOM", text: "hello" }).settled;
      expect(events).toMatchObject([{ sender: { id: "T2/UTOM" } }]);
    },
  );

  it("keeps a workspace that installed again when the removal comes late", { timeout: LONG }, async () => {
    const one = await start(mode);
    const { slack, memory } = one;
    await install(one, "T1");
    const removal = slack.revokeTokens("T1");
    for (const { settled } of removal) await settled;
    expect(memory.values.has("install/T1")).toBe(false);
    await install(one, "T1");
    await slack.redeliver({ deliveries: removal });
    expect(memory.values.has("install/T1")).toBe(true);
    await slack.say({ channel: "CHELP", user: "UANN", text: "back again" }).settled;
    expect(one.events).toHaveLength(1);
  });

  it(
    "does not start with a staff channel of which nobody can say in which workspace it is",
    { timeout: LONG },
    async () => {
      const starting = live({ mode, installs: true, env: OAUTH, desk: "CDESK" });
      await expect(starting).rejects.toMatchObject({
        code: "platform_unusable",
        message: expect.stringContaining("T0123456789/CDESK") as unknown,
      });
    },
  );

  it("refuses a way back that did not begin here", { timeout: LONG }, async () => {
    const one = await start(mode);
    const code = one.slack.issueCode("T1");
    const answer = await fetch(`${one.base}/slack/oauth_redirect?code=${code}&state=made-up`);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect([...one.memory.values.keys()].filter((key) => key.startsWith("install/"))).toEqual([]);
  });
});

describe("with Socket Mode, the server for installing", () => {
  it("takes no events", { timeout: LONG }, async () => {
    const one = await start("socket");
    const body = JSON.stringify({ type: "event_callback", team_id: "T1", event: { type: "message" } });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${one.base}/slack/events`, { method: "POST", body, headers });
    expect(answer.status).toBe(404);
  });
});

describe("an installation for a whole organisation", () => {
  const installation = {
    team: undefined,
    enterprise: { id: "E1" },
    user: { token: undefined, scopes: undefined, id: "U1" },
    bot: { token: "xoxb-org", userId: "UBOT", id: "BBOT", scopes: [] },
    isEnterpriseInstall: true,
  };

  it("is found by its workspaces, once one of them was heard of", async () => {
    const store = createInstallations(createMemory(), "secret");
    await store.storeInstallation(installation);
    const byTeam = { team: "T1", enterprise: undefined, isEnterpriseInstall: false };
    expect(await store.find(byTeam)).toBeNull();
    const heard = await store.find({ team: "T1", enterprise: "E1", isEnterpriseInstall: true });
    expect(heard).toEqual({ token: "xoxb-org", botUserId: "UBOT", botId: "BBOT" });
    expect(await store.find(byTeam)).toEqual(heard);
  });
});

describe("what is sealed", () => {
  it("opens with the secret, under its own key", () => {
    const vault = createVault("secret");
    const sealed = vault.seal("xoxb-1", "install/T1");
    expect(sealed).not.toContain("xoxb");
    expect(vault.seal("xoxb-1", "install/T1")).not.toBe(sealed);
    expect(createVault("secret").open(sealed, "install/T1")).toBe("xoxb-1");
    expect(() => vault.open(sealed, "install/T2")).toThrow(/authenticate/);
    expect(() => createVault("another").open(sealed, "install/T1")).toThrow(/authenticate/);
  });

  it("does not open when a bit was changed", () => {
    const vault = createVault("secret");
    const [version = "", packed = ""] = vault.seal("xoxb-1", "install/T1").split(".");
    const bytes = Buffer.from(packed, "base64url");
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => vault.open(`${version}.${changed.toString("base64url")}`, "install/T1")).toThrow(
        /authenticate/,
      );
    }
  });
});
