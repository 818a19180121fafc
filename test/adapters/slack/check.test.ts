import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Finding } from "../../../src/adapter.ts";
import { checkSlack } from "../../../adapters/slack/check.ts";
import { SCOPE_NAMES } from "../../../adapters/slack/scopes.ts";
import { type Bench, configOf, log, startBench } from "./bench.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
  bench.slack.setScopes(SCOPE_NAMES);
});
afterEach(() => bench.slack.close());

async function check(config: object = {}, appToken = bench.slack.appToken): Promise<readonly Finding[]> {
  return checkSlack({
    config: configOf(config),
    client: bench.client(),
    connection: { kind: "socket", appToken },
    log,
  });
}

const troubles = (findings: readonly Finding[]) =>
  findings.filter(({ level }) => level !== "ok").map(({ level, what, fix }) => `${level}: ${what} → ${fix}`);

describe("the doctor in Slack", () => {
  it("finds nothing where all is well, and says what it looked at", async () => {
    const findings = await check({
      slack: { staff_group: "SDESK", channels: [{ id: "CHELP", mode: "mention" }] },
    });
    expect(troubles(findings)).toEqual([]);
    expect(findings.map(({ what }) => what)).toEqual([
      "Socket Mode: the app token is good.",
      "The bot is @deskhand in Test workspace (T1).",
      "The bot token has every scope.",
      "desk.channel: the bot is in #desk and may write there.",
      "slack.channels: the bot is in #help and may write there.",
      "slack.staff_group: the user group SDESK has 1 members.",
      "Files may be posted.",
    ]);
    // Looking leaves nothing behind that anybody would see.
    expect(["CDESK", "CHELP"].flatMap((channel) => bench.slack.messages(channel))).toEqual([]);
    expect(bench.slack.ephemerals("CHELP", "UANN")).toEqual([]);
    expect(bench.slack.violations).toEqual([]);
  });

  it("knows where it may not write, not in threads, or only in them", async () => {
    const { slack } = bench;
    slack.addChannel({ id: "CREAD", name: "read", restriction: "read_only" });
    slack.addChannel({ id: "CFLAT", name: "flat", restriction: "non_threadable" });
    slack.addChannel({ id: "CDEEP", name: "deep", members: ["USAM"], restriction: "thread_only" });
    const channels = ["CREAD", "CFLAT", "CDEEP"].map((id) => ({ id, mode: "every_post" }));
    expect(troubles(await check({ slack: { channels } }))).toEqual([
      "problem: slack.channels: the bot may not write in #read. → The channel is read-only. Ask an admin of the workspace to allow it. (Slack: restricted_action_read_only_channel)",
      "problem: slack.channels: the bot may not answer in threads in #flat, and it answers nowhere else. → Allow threads under the channel's Settings, Permissions, or name another channel in slack.channels.",
    ]);
    expect(troubles(await check({ desk: { adapter: "slack", channel: "CDEEP" } }))).toEqual([
      "problem: desk.channel: the bot may only answer in threads in #deep, and cards are messages of their own. → Allow the bot to post under the channel's Settings, Permissions, or name another channel in desk.channel.",
    ]);
  });

  it("does not take for forbidden what it could not try", async () => {
    bench.slack.failNext("chat.postEphemeral", { error: "user_not_in_channel" });
    bench.slack.failNext("files.getUploadURLExternal", { status: 500 });
    const findings = await check();
    expect(troubles(findings)).toEqual([]);
    expect(findings.map(({ what }) => what)).toContain("desk.channel: the bot is in #desk.");

    bench.slack.addChannel({ id: "CREAD", name: "read", restriction: "read_only" });
    bench.slack.failNext("chat.postEphemeral", { error: "user_not_in_channel", times: 2 });
    expect(
      troubles(await check({ slack: { channels: [{ id: "CREAD", mode: "mention" }] } })).join(),
    ).toContain("warning: slack.channels: who may post in #read may be restricted.");
  });

  it("looks at many channels, and takes Slack's own haste for no fault of theirs", async () => {
    const channels = Array.from({ length: 30 }, (_, at) => ({ id: `CMANY${at}`, mode: "mention" }));
    for (const { id } of channels) bench.slack.addChannel({ id, name: id.toLowerCase() });
    bench.slack.failNext("conversations.info", { status: 429, retryAfterSeconds: 20 });
    const findings = await check({ slack: { channels } });
    // Which of them it met is not said: they are looked at side by side.
    expect(troubles(findings)).toEqual([
      expect.stringMatching(/^warning: .* could not be looked at: Slack asks us to wait 20 s\./),
    ]);
    expect(findings.filter(({ what }) => what.endsWith("and may write there."))).toHaveLength(
      channels.length,
    );
  });

  it("warns where the workspace takes no files", async () => {
    bench.slack.failNext("files.getUploadURLExternal", { error: "file_uploads_disabled" });
    expect(troubles(await check())).toEqual([
      "warning: Files cannot be passed on to people in Slack; they are named instead. → Files are not allowed in the workspace. Ask an admin of the workspace to allow it. (Slack: file_uploads_disabled)",
    ]);
  });

  it("looks at who reads a staff channel also where posting may be restricted", async () => {
    const { slack } = bench;
    slack.addChannel({
      id: "CSHUT",
      name: "shut",
      members: ["USAM"],
      isShared: true,
      restriction: "read_only",
    });
    const found = troubles(await check({ desk: { adapter: "slack", channel: "CSHUT" } })).join("\n");
    expect(found).toContain("may not write in #shut");
    expect(found).toContain("shared with another company");
  });

  it("says what to do about a token that Slack does not take", async () => {
    bench.slack.revokeTokens();
    expect(troubles(await check()).join()).toContain("SLACK_BOT_TOKEN");
  });

  it("says what to do about an app token that Slack does not take", async () => {
    const [trouble] = troubles(await check({}, "xapp-wrong"));
    expect(trouble).toContain("connections:write");
    expect(trouble).toContain("SLACK_APP_TOKEN");
  });

  it("names each missing scope and what it is for, the e-mail only where it is used", async () => {
    bench.slack.setScopes(SCOPE_NAMES.filter((scope) => !["files:read", "users:read.email"].includes(scope)));
    const [trouble, ...more] = troubles(await check());
    expect(more).toEqual([]);
    expect(trouble).toContain("lacks 1 scope.\nfiles:read: passing on what customers and staff attach");
    expect(troubles(await check({ slack: { trust_emails: true } })).join()).toContain("users:read.email");
  });

  it("asks for an invitation where the bot is not, and for the id where there is nothing", async () => {
    bench.slack.addChannel({ id: "COUT", name: "outside", botIsIn: false });
    const channels = [
      { id: "COUT", mode: "mention" },
      { id: "CNONE", mode: "every_post" },
      { id: "COFF", mode: "off" },
    ];
    expect(troubles(await check({ slack: { channels } }))).toEqual([
      "problem: slack.channels: the bot is not in #outside. → Invite the bot: type /invite @deskhand in #outside.",
      expect.stringContaining("the bot sees no channel CNONE"),
    ]);
  });

  it("knows an archived channel, a shared staff channel and one where nobody is", async () => {
    bench.slack.addChannel({ id: "COLD", name: "old" }).isArchived = true;
    bench.slack.addChannel({ id: "CALONE", name: "alone", kind: "private" });
    bench.slack.addChannel({ id: "CSHARED", name: "shared", members: ["USAM"], isShared: true });
    const desk = (channel: string) => ({ desk: { adapter: "slack", channel } });
    expect(troubles(await check(desk("COLD"))).join()).toContain("#old is archived");
    expect(troubles(await check(desk("CALONE"))).join()).toContain("Nobody but the bot is in #alone");
    expect(troubles(await check(desk("CSHARED"))).join()).toContain("shared with another company");
  });

  it("knows a group that is not there, is empty, or is none", async () => {
    bench.slack.addUsergroup({ id: "SEMPTY", handle: "empty", users: [] });
    expect(troubles(await check({ slack: { staff_group: "SNONE" } })).join()).toContain(
      "no user group SNONE",
    );
    expect(troubles(await check({ slack: { staff_group: "SEMPTY" } })).join()).toContain("has no members");
    const ping = { desk: { adapter: "slack", channel: "CDESK", ping: "123456789012345678" } };
    expect(troubles(await check(ping)).join()).toContain("no user group of Slack");
  });

  it("warns where nobody would count as staff", async () => {
    expect(troubles(await check({ desk: { adapter: "discord", channel: "1" } })).join()).toContain(
      "slack.staff_group",
    );
  });

  it("says how Slack reaches us over HTTP", async () => {
    const over = (http: object) =>
      checkSlack({
        config: configOf({ slack: { http } }),
        client: bench.client(),
        connection: { kind: "http", signingSecret: "x" },
        log,
      });
    expect((await over({}))[0]).toMatchObject({ level: "warning" });
    expect((await over({ public_url: "https://desk.example.com" }))[0]).toMatchObject({ level: "ok" });
  });

  it("comes to an end where Slack cannot be reached", async () => {
    await bench.slack.close();
    expect(troubles(await check()).join()).toContain("Slack cannot be reached");
    bench = await startBench();
  });
});
