// Slack's postMessage is not the window's.
/* oxlint-disable unicorn/require-post-message-target-origin */
import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { QUIET, startAcme } from "./acme.ts";
import { ALL_SCOPES, type SlackServer } from "./index.ts";

/** What Slack refuses, asked by the real WebClient: a double that lets it pass would make every other test blind. */

let slack: SlackServer;
let client: WebClient;
beforeEach(async () => {
  slack = await startAcme();
  client = connect(slack.botToken());
});
afterEach(() => slack.close());

function connect(token?: string): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    logger: QUIET,
  });
}

async function refusal(work: Promise<unknown>): Promise<Record<string, unknown>> {
  const error = await work.then(
    (answer) => expect.fail(`was let through: ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof WebAPIPlatformError)) throw error;
  return { ...error.data };
}

const post = (more: Record<string, unknown>, channel = "CHELP") =>
  client.apiCall("chat.postMessage", { channel, text: "hi", ...more });
const plain = (text: string) => ({ type: "plain_text", text });
const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const rich = (...elements: unknown[]) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements }],
});
const cell = { type: "raw_text", text: "x" };

describe("who may call", () => {
  it("knows its own token and names its scopes in the header", async () => {
    const answer = await client.auth.test();
    expect(answer).toMatchObject({ team_id: "T1", user_id: slack.botUserId(), team: "Acme" });
    expect(answer.response_metadata?.scopes).toContain("chat:write");
  });

  it("tells a missing token, a wrong one, an app token and a revoked one apart", async () => {
    expect(await refusal(connect().auth.test())).toMatchObject({ error: "not_authed" });
    expect(await refusal(connect("xoxb-no").auth.test())).toMatchObject({ error: "invalid_auth" });
    expect(await refusal(connect(slack.appToken).auth.test())).toMatchObject({
      error: "not_allowed_token_type",
    });
    expect(await refusal(client.apps.connections.open())).toMatchObject({ error: "not_allowed_token_type" });
    await client.auth.revoke();
    expect(await refusal(client.auth.test())).toMatchObject({ error: "account_inactive" });
  });

  it("says which scope is needed and which there are", async () => {
    slack.setScopes(["chat:write", "channels:read"]);
    const missing = await refusal(client.reactions.add({ channel: "CHELP", timestamp: "1.1", name: "eyes" }));
    expect(missing).toMatchObject({ error: "missing_scope", needed: "reactions:write" });
    expect(missing["provided"]).toBe("chat:write,channels:read");
    expect(await refusal(post({ username: "Sam" }))).toMatchObject({ needed: "chat:write.customize" });
    expect(await refusal(client.conversations.info({ channel: "CDESK" }))).toMatchObject({
      needed: "groups:read",
    });
    expect(await refusal(client.conversations.history({ channel: "CHELP" }))).toMatchObject({
      needed: "channels:history",
    });
  });

  it("exchanges an OAuth code once", async () => {
    const grant = { client_id: "111.222", client_secret: "client-secret", code: slack.issueCode() };
    expect(await connect().oauth.v2.access(grant)).toMatchObject({ access_token: slack.botToken() });
    expect(await refusal(connect().oauth.v2.access(grant))).toMatchObject({ error: "invalid_code" });
  });

  it("gives the e-mail only with its scope", async () => {
    expect((await client.users.info({ user: "UANN" })).user?.profile?.email).toBe("ann@example.com");
    slack.setScopes(["users:read"]);
    expect((await client.users.info({ user: "UANN" })).user?.profile?.email).toBeUndefined();
    expect(await refusal(client.users.info({ user: "UNONE" }))).toMatchObject({ error: "user_not_found" });
  });
});

describe("where the bot may write", () => {
  it("posts where it is a member, and in public channels with chat:write.public", async () => {
    await post({});
    await post({}, "CAWAY");
    slack.setScopes(ALL_SCOPES.filter((scope) => scope !== "chat:write.public"));
    expect(await refusal(post({}, "CAWAY"))).toMatchObject({ error: "not_in_channel" });
    expect(await refusal(post({}, "CHIDE"))).toMatchObject({ error: "channel_not_found" });
    expect(await refusal(post({}, "CNONE"))).toMatchObject({ error: "channel_not_found" });
  });

  it("refuses an ephemeral message to somebody who is not in the channel, and to update one", async () => {
    const send = (user: string) => client.chat.postEphemeral({ channel: "CHELP", user, text: "psst" });
    const { message_ts: ts = "" } = await send("UANN");
    expect(slack.ephemerals("CHELP", "UANN").map((one) => one.text)).toEqual(["psst"]);
    expect(slack.messages("CHELP")).toEqual([]);
    expect(await refusal(send("UGAST"))).toMatchObject({ error: "user_not_in_channel" });
    expect(await refusal(client.chat.update({ channel: "CHELP", ts, text: "x" }))).toMatchObject({
      error: "message_not_found",
    });
  });

  it("keeps to what admins forbid in a channel", async () => {
    const put = async (restriction: "read_only" | "thread_only" | "non_threadable") => {
      const id = `C${restriction.replace("_", "").toUpperCase()}`;
      slack.addChannel({ id, name: restriction, members: ["UANN"], restriction });
      const { ts } = slack.say({ channel: id, user: "UANN", text: "hello" });
      const codes: (string | null)[] = [];
      for (const place of [{}, { thread_ts: ts }]) {
        codes.push(await codeOf(client.chat.postMessage({ channel: id, text: "hi", ...place })));
        codes.push(
          await codeOf(client.chat.postEphemeral({ channel: id, user: "UANN", text: "hi", ...place })),
        );
      }
      return codes;
    };
    const no = (what: string) => `restricted_action_${what}_channel`;
    expect(await put("read_only")).toEqual(Array.from({ length: 4 }, () => no("read_only")));
    expect(await put("thread_only")).toEqual([no("thread_only"), no("thread_only"), null, null]);
    expect(await put("non_threadable")).toEqual([null, null, no("non_threadable"), no("non_threadable")]);
  });

  it("changes and deletes only its own messages", async () => {
    const { ts } = slack.say({ channel: "CHELP", user: "UANN", text: "mine" });
    const where = { channel: "CHELP", ts };
    expect(await refusal(client.chat.update({ ...where, text: "x" }))).toMatchObject({
      error: "cant_update_message",
    });
    expect(await refusal(client.chat.delete(where))).toMatchObject({ error: "cant_delete_message" });
  });

  it("answers only under a root that is there", async () => {
    const { ts } = slack.say({ channel: "CHELP", user: "UANN", text: "root" });
    const reply = await client.chat.postMessage({ channel: "CHELP", text: "hi", thread_ts: ts });
    expect(slack.messages("CHELP", ts).map((one) => one.text)).toEqual(["root", "hi"]);
    expect(await refusal(post({ thread_ts: reply.ts }))).toMatchObject({
      error: "cannot_reply_to_message",
    });
    expect(await refusal(post({ thread_ts: "1.000001" }))).toMatchObject({ error: "thread_not_found" });
  });

  it("opens direct channels, not with bots", async () => {
    const { channel } = await client.conversations.open({ users: "UANN" });
    expect(channel?.id).toBe(slack.im("UANN"));
    expect(await refusal(client.conversations.open({ users: "UROBO" }))).toMatchObject({
      error: "cannot_dm_bot",
    });
  });
});

describe("what a message may be", () => {
  const button = (more: object = {}) => ({ type: "button", text: plain("Go"), action_id: "go", ...more });
  const refused: [string, unknown[], RegExp][] = [
    ["an unknown block type", [{ type: "fancy" }], /blocks\/0\/type/],
    ["an unknown field of a block", [{ type: "divider", color: "red" }], /color/],
    ["an unknown field of a text object", [{ type: "section", text: { ...plain("x"), size: 1 } }], /size/],
    ["a section over 3,000 characters", [section("x".repeat(3001))], /3000.*blocks\/0\/text\/text/],
    ["an empty text", [section("")], /blocks\/0\/text\/text/],
    ["a header over 150", [{ type: "header", text: plain("x".repeat(151)) }], /150/],
    ["a header in mrkdwn", [{ type: "header", text: { type: "mrkdwn", text: "x" } }], /plain_text/],
    ["26 buttons", [{ type: "actions", elements: Array.from({ length: 26 }, () => button()) }], /25/],
    ["two buttons with one id", [{ type: "actions", elements: [button(), button()] }], /already exists/],
    [
      "a button's text over 75",
      [{ type: "actions", elements: [button({ text: plain("x".repeat(76)) })] }],
      /75/,
    ],
    ["a value over 2,000", [{ type: "actions", elements: [button({ value: "x".repeat(2001) })] }], /2000/],
    [
      "11 context elements",
      [{ type: "context", elements: Array.from({ length: 11 }, () => plain("x")) }],
      /10/,
    ],
    [
      "two blocks with one id",
      [
        { ...section("a"), block_id: "b" },
        { ...section("b"), block_id: "b" },
      ],
      /already/,
    ],
    [
      "an input in a message",
      [{ type: "input", label: plain("x"), element: { type: "plain_text_input" } }],
      /type/,
    ],
    ["an image without its alt text", [{ type: "image", image_url: "https://a.example/x.png" }], /alt_text/],
    ["a link without url in rich text", [rich({ type: "link", text: "x" })], /url/],
    ["an unknown rich element", [rich({ type: "blink", text: "x" })], /elements\/0\/type/],
    [
      "two tables",
      [
        { type: "table", rows: [[cell]] },
        { type: "table", rows: [[cell]] },
      ],
      /only_one_table/,
    ],
    ["a row of 21 cells", [{ type: "table", rows: [Array.from({ length: 21 }, () => cell)] }], /20/],
    ["markdown over 12,000", [{ type: "markdown", text: "x".repeat(12_001) }], /12000/],
    [
      "markdown blocks over 12,000 together",
      [
        { type: "markdown", text: "x".repeat(6_001) },
        { type: "markdown", text: "x".repeat(6_001) },
      ],
      /12000/,
    ],
    ["51 blocks", Array.from({ length: 51 }, () => ({ type: "divider" })), /50/],
    [
      "feedback buttons with one side",
      [{ type: "context_actions", elements: [{ type: "feedback_buttons", action_id: "f" }] }],
      /positive_button/,
    ],
  ];
  it.each(refused)("refuses %s", async (_what, blocks, message) => {
    const answer = await refusal(post({ blocks }));
    expect(answer).toMatchObject({ error: "invalid_blocks" });
    expect(JSON.stringify(answer["response_metadata"])).toMatch(message);
    expect(slack.messages("CHELP")).toEqual([]);
  });

  it("refuses blocks that are too long together, text over 40,000, and nothing at all", async () => {
    const blocks = Array.from({ length: 5 }, () => section("x".repeat(2_641)));
    expect(await refusal(post({ blocks }))).toMatchObject({ error: "msg_blocks_too_long" });
    expect(await refusal(post({ text: "x".repeat(40_001) }))).toMatchObject({ error: "msg_too_long" });
    expect(await refusal(post({ text: "" }))).toMatchObject({ error: "no_text" });
    await post({ blocks: blocks.slice(1), text: "x".repeat(40_000) });
  });

  it("takes every kind of block that is right, and reads it as a person would", async () => {
    const thumb = (text: string, value: string) => ({ text: plain(text), value });
    const feedback = { positive_button: thumb("Good", "up"), negative_button: thumb("Bad", "down") };
    await post({
      blocks: [
        { type: "header", text: plain("Order") },
        section("Hello <@UANN>, see <https://a.example/x|the page> &amp; <#CHELP>"),
        { type: "markdown", text: "**bold**" },
        rich({ type: "text", text: "to " }, { type: "usergroup", usergroup_id: "SDESK" }),
        { type: "table", rows: [[cell, rich({ type: "text", text: "y" })]] },
        { type: "divider" },
        { type: "actions", elements: [button()] },
        { type: "context_actions", elements: [{ type: "feedback_buttons", action_id: "rate", ...feedback }] },
      ],
    });
    expect(slack.messages("CHELP")[0]?.text.split("\n")).toEqual([
      "Order",
      "Hello @ann, see the page (https://a.example/x) & #help",
      "**bold**",
      "to @desk",
      "x | y",
      "---",
      "[Go]",
      "[Good] [Bad]",
    ]);
  });

  it("keeps metadata and shows it to those who ask", async () => {
    const metadata = { event_type: "turn", event_payload: { id: "t1" } };
    const { ts = "" } = await client.chat.postMessage({ channel: "CHELP", text: "root", metadata });
    const read = (include_all_metadata: boolean) =>
      client.conversations.replies({ channel: "CHELP", ts, include_all_metadata });
    expect((await read(true)).messages?.[0]).toMatchObject({ metadata });
    expect((await read(false)).messages?.[0]).not.toHaveProperty("metadata");
    expect(await refusal(post({ metadata: { event_type: "x" } }))).toMatchObject({
      error: "invalid_metadata_format",
    });
  });
});

describe("who is pinged", () => {
  it("finds every control sequence in text, mrkdwn, markdown and rich text, and none in plain text", async () => {
    await post({ text: "<!channel> <!here|here> &lt;!everyone&gt;" });
    await post({ blocks: [section("<@UANN>"), { type: "markdown", text: "<!subteam^SDESK|@desk>" }] });
    await post({
      blocks: [rich({ type: "broadcast", range: "everyone" }, { type: "user", user_id: "USAM" })],
    });
    await post({ blocks: [{ type: "header", text: plain("<!channel>") }] });
    await post({ text: "@here", parse: "full" });
    await post({ text: "@here" });
    const found = slack.pings.map(({ kind, id, where }) => [kind, id, where].filter(Boolean).join(" "));
    expect(found).toEqual([
      "channel text",
      "here text",
      "user UANN mrkdwn",
      "usergroup SDESK markdown",
      "everyone rich_text",
      "user USAM rich_text",
      "here text",
    ]);
  });

  it("keeps the unfurl flags with the message", async () => {
    await post({ unfurl_links: false, unfurl_media: false, parse: "none", link_names: false });
    expect(slack.messages("CHELP")[0]?.flags).toMatchObject({
      unfurlLinks: false,
      unfurlMedia: false,
      parse: "none",
      linkNames: false,
    });
  });
});

describe("limits and faults", () => {
  it("lets one message a second into a channel and says when to come again", async () => {
    await slack.close();
    slack = await startAcme({ limits: { history: false } });
    client = connect(slack.botToken());
    await post({});
    const error = await post({}).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WebAPIRateLimitedError);
    expect(error).toMatchObject({ retryAfter: 1 });
    await post({}, "CDESK");
    expect(slack.messages("CHELP")).toHaveLength(1);
  });

  it("lets one reading of history a minute through, of at most 15 messages", async () => {
    await slack.close();
    slack = await startAcme({ limits: { post: false } });
    client = connect(slack.botToken());
    for (let i = 0; i < 20; i++) slack.say({ channel: "CHELP", user: "UANN", text: `m${i}` });
    const page = await client.conversations.history({ channel: "CHELP", limit: 100 });
    expect(page.messages).toHaveLength(15);
    expect(page.messages?.[0]?.text).toBe("m19");
    expect(page.has_more).toBe(true);
    await expect(client.conversations.history({ channel: "CHELP" })).rejects.toThrow(WebAPIRateLimitedError);
  });

  it("loses an answer although the message was posted, or before it was", async () => {
    slack.failNext("chat.postMessage", { status: 500, afterApplying: true });
    await expect(post({ text: "posted" })).rejects.toThrow(WebAPIHTTPError);
    slack.failNext("chat.postMessage", { status: 503 });
    await expect(post({ text: "not posted" })).rejects.toThrow(WebAPIHTTPError);
    slack.failNext("chat.postMessage", { cut: true, afterApplying: true });
    await expect(post({ text: "posted, cut" })).rejects.toThrow(WebAPIRequestError);
    slack.failNext("chat.postMessage", { error: "fatal_error", times: 2 });
    expect(await refusal(post({}))).toMatchObject({ error: "fatal_error" });
    expect(await refusal(post({}))).toMatchObject({ error: "fatal_error" });
    slack.failNext("chat.postMessage", { status: 429, retryAfterSeconds: 7 });
    await expect(post({})).rejects.toMatchObject({ retryAfter: 7 });
    await post({ text: "well" });
    expect(slack.messages("CHELP").map((one) => one.text)).toEqual(["posted", "posted, cut", "well"]);
  });

  it("says what there is when a wait gives up", async () => {
    await post({ text: "something else" });
    await expect(slack.waitFor(() => false, "an answer", 20)).rejects.toThrow(/an answer[^]*something else/);
  });
});

describe("reading", () => {
  it("pages through a thread with its root first, and hides deleted replies", async () => {
    const root = slack.say({ channel: "CHELP", user: "UANN", text: "root" });
    const replies = ["a", "b", "c"].map((text) =>
      slack.say({ channel: "CHELP", user: "USAM", text, threadTs: root.ts }),
    );
    slack.remove({ channel: "CHELP", ts: replies[1]?.ts ?? "" });
    const { messages } = await client.conversations.replies({ channel: "CHELP", ts: root.ts });
    expect(messages?.map((one) => one.text)).toEqual(["root", "a", "c"]);
    expect(messages?.[0]).toMatchObject({ reply_count: 2, thread_ts: root.ts });
    const after = { channel: "CHELP", ts: root.ts, oldest: replies[0]?.ts ?? "" };
    expect((await client.conversations.replies(after)).messages?.map((one) => one.text)).toEqual([
      "root",
      "c",
    ]);
    const history = await client.conversations.history({ channel: "CHELP" });
    expect(history.messages?.map((one) => one.text)).toEqual(["root"]);
  });

  it("keeps private channels it is not in out of lists", async () => {
    const { channels } = await client.conversations.list({ types: "public_channel,private_channel" });
    expect(channels?.map((one) => one.id)).toEqual(["CHELP", "CAWAY", "CCONN", "CDESK"]);
    expect((await client.usergroups.users.list({ usergroup: "SDESK" })).users).toEqual(["USAM"]);
    expect((await client.conversations.members({ channel: "CDESK" })).members).toContain("USAM");
  });

  it("uploads a file in three steps, and gives its bytes only to a token", async () => {
    await client.filesUploadV2({
      channel_id: "CHELP",
      filename: "a.txt",
      content: "hello",
      initial_comment: "see",
    });
    expect(slack.messages("CHELP")).toMatchObject([
      { text: "see", files: [{ name: "a.txt", bytes: Buffer.from("hello") }] },
    ]);
    slack.say({ channel: "CHELP", user: "UANN", text: "log", files: [{ name: "app.log", bytes: "boom" }] });
    const { messages } = await client.conversations.history({ channel: "CHELP", limit: 1 });
    const url = messages?.[0]?.files?.[0]?.url_private ?? "";
    expect(await (await fetch(url)).text()).toContain("<!DOCTYPE html>");
    const headers = { authorization: `Bearer ${slack.botToken()}` };
    expect(await (await fetch(url, { headers })).text()).toBe("boom");
  });
});

/** Slack's code when it refused, null when it did not. */
async function codeOf(call: Promise<unknown>): Promise<string | null> {
  return call.then(
    () => null,
    (error: unknown) => (error as WebAPIPlatformError).data.error,
  );
}
