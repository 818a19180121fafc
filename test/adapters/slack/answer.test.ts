import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { toAddress, toPlace } from "../../../adapters/slack/address.ts";
import { runSlack } from "../../../src/cli/slack.ts";
import { type Bench, cardOf, context, deliveryOf, failure, reply, startBench } from "./bench.ts";

let bench: Bench;
let app: Server;
let responseUrl: string;

beforeEach(async () => {
  bench = await startBench();
  // Only hears the click and keeps the address at which it can be answered.
  app = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const payload = new URLSearchParams(body).get("payload");
      if (payload !== null) responseUrl = (JSON.parse(payload) as { response_url: string }).response_url;
      response.end();
    });
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  bench.slack.deliverTo(`http://127.0.0.1:${(app.address() as AddressInfo).port}/`);
});
afterEach(async () => {
  await bench.slack.close();
  app.closeAllConnections();
  app.close();
});

/** Ann clicks a button under an answer; what answers her alone. */
async function clicked(): Promise<{ adapter: string; key: string }> {
  const to = { adapter: "slack", key: "T1/CHELP" };
  await bench.sender.send(deliveryOf(reply("Hello", { asksRating: true }), { to }), context());
  const message = bench.slack.messages("CHELP").at(-1);
  await bench.slack.click({
    user: "UANN",
    channel: "CHELP",
    messageTs: message?.ts ?? "",
    actionId: "deskhand_rate_5",
  });
  return toAddress({ kind: "response", team: "T1", channel: "CHELP", user: "UANN", url: responseUrl });
}

describe("the answer to a click", () => {
  it("is shown to the one who clicked, once even when it is tried again", async () => {
    const to = await clicked();
    const delivery = deliveryOf(reply("Only for you <!here>"), {
      to,
      visibility: "private",
      recipient: "UANN",
    });
    await bench.sender.send(delivery, context());
    expect(bench.slack.ephemerals("CHELP", "UANN").map(({ text }) => text)).toEqual(["Only for you <!here>"]);
    expect(bench.slack.pings).toEqual([]);
    expect(bench.slack.messages("CHELP")).toHaveLength(1);
  });

  it("goes on where Slack stopped taking it", async () => {
    const to = await clicked();
    const delivery = deliveryOf(reply("word ".repeat(3_000)), { to });
    bench.slack.failNext("response_url", { status: 503 });
    expect(await failure(bench.sender.send(delivery, context()))).toMatchObject({
      code: "delivery_failed",
      retryable: true,
    });
    await bench.sender.send(delivery, context({ maybeSent: true }));
    expect(bench.slack.ephemerals("CHELP", "UANN")).toHaveLength(2);
  });

  it("cannot come after the address was used up", async () => {
    const to = await clicked();
    for (let at = 0; at < 5; at++) await bench.sender.send(deliveryOf(reply("again"), { to }), context());
    const error = await failure(bench.sender.send(deliveryOf(reply("late"), { to }), context()));
    expect(error).toMatchObject({ code: "delivery_refused", retryable: false });
    expect(error.message).toContain("click again");
  });

  it("is shown in the thread when the click was there", async () => {
    const { ts } = bench.slack.say({ channel: "CHELP", user: "UANN", text: "Hello" });
    const place = toPlace(await clicked());
    if (place.kind !== "response") throw new Error("not the answer to a click");
    const to = toAddress({ ...place, thread: ts });
    expect(toPlace(to)).toEqual({ ...place, thread: ts });
    await bench.sender.send(deliveryOf(reply("Here"), { to }), context());
    expect(bench.slack.ephemerals("CHELP", "UANN").map(({ threadTs }) => threadTs)).toEqual([ts]);
  });

  it("goes to Slack and nowhere else", async () => {
    const to = toAddress({
      kind: "response",
      team: "T1",
      channel: "C1",
      user: "UANN",
      url: "https://evil.example/x",
    });
    expect(await failure(bench.sender.send(deliveryOf(reply("Hi"), { to }), context()))).toMatchObject({
      code: "delivery_refused",
    });
  });

  it("goes to the person's direct messages where the click was on the home page", async () => {
    const to = toAddress({ kind: "home", team: "T1", user: "UANN" });
    await bench.sender.send(deliveryOf({ kind: "notice", text: "sam has it." }, { to }), context());
    expect(bench.slack.messages(bench.slack.im("UANN")).map(({ text }) => text)).toEqual(["sam has it."]);
  });
});

describe("what is being done", () => {
  it("is shown in the thread until the answer comes", async () => {
    const { ts } = bench.slack.say({ channel: "CHELP", user: "UANN", text: "Hello" });
    const to = { adapter: "slack", key: `T1/CHELP/${ts}` };
    for (const activity of ["reading", "searching", "answering"] as const)
      await bench.sender.showActivity(to, activity);
    expect(bench.slack.statuses.map(({ status }) => status)).toEqual([
      "is reading…",
      "is searching the help centre…",
      "is writing an answer…",
    ]);
  });

  it("is the newest, however long Slack takes over what came before", async () => {
    const { ts } = bench.slack.say({ channel: "CHELP", user: "UANN", text: "Hello" });
    const to = { adapter: "slack", key: `T1/CHELP/${ts}` };
    bench.slack.failNext("assistant.threads.setStatus", { slow: true, delayMs: 200 });
    await Promise.all(
      (["reading", "searching", "answering"] as const).map((activity) =>
        bench.sender.showActivity(to, activity),
      ),
    );
    expect(bench.slack.statuses.map(({ status }) => status)).toEqual([
      "is reading…",
      "is writing an answer…",
    ]);
  });

  it("is not shown any more once the answer is there", async () => {
    const { ts } = bench.slack.say({ channel: "CHELP", user: "UANN", text: "Hello" });
    const to = { adapter: "slack", key: `T1/CHELP/${ts}` };
    bench.slack.failNext("assistant.threads.setStatus", { slow: true, delayMs: 1_000 });
    const shown = [bench.sender.showActivity(to, "reading"), bench.sender.showActivity(to, "answering")];
    await bench.sender.send(deliveryOf(reply("Hi"), { to }), context());
    await Promise.all(shown);
    await bench.slack.waitFor(() => bench.slack.statuses.at(-1)?.status === "", "no status");
    expect(bench.slack.statuses.map(({ status }) => status)).not.toContain("is writing an answer…");
  });

  it("goes when nothing will be said after all", async () => {
    const { ts } = bench.slack.say({ channel: "CHELP", user: "UANN", text: "Hello" });
    const to = { adapter: "slack", key: `T1/CHELP/${ts}` };
    bench.slack.failNext("assistant.threads.setStatus", { slow: true, delayMs: 200 });
    const shown = [bench.sender.showActivity(to, "reading"), bench.sender.showActivity(to, "answering")];
    await bench.sender.hideActivity(to);
    await Promise.all(shown);
    expect(bench.slack.statuses.map(({ status }) => status)).toEqual(["is reading…", ""]);
    await bench.sender.hideActivity(to);
    expect(bench.slack.statuses).toHaveLength(2);
  });

  it("is left out where the app may not show it, and not tried again", async () => {
    bench.slack.setScopes(["chat:write"]);
    const { ts } = bench.slack.say({ channel: "CHELP", user: "UANN", text: "Hello" });
    const to = { adapter: "slack", key: `T1/CHELP/${ts}` };
    await bench.sender.showActivity(to, "reading");
    await bench.sender.showActivity(to, "reading");
    expect(bench.slack.calls.filter(({ method }) => method === "assistant.threads.setStatus")).toHaveLength(
      1,
    );
  });
});

describe("the pace of messages", () => {
  it("is one a second in each channel, and what posts nothing waits for nothing", () => {
    const pace = (content: Parameters<typeof deliveryOf>[0], more: object = {}) =>
      bench.sender.pace(deliveryOf(content, { to: { adapter: "slack", key: "T1/CHELP/1.000001" }, ...more }));
    expect(pace(reply("Hi"))).toEqual({ key: "CHELP", everyMs: 1_100 });
    expect(pace(cardOf(), { to: { adapter: "slack", key: "CHELP" } })?.key).toBe("CHELP");
    expect(pace(reply("Hi"), { replaces: "CHELP:1.000002" })).toBeNull();
    expect(pace({ kind: "mark", messageId: "1.000001", mark: "failed" })).toBeNull();
  });
});

describe("deskhand slack manifest", () => {
  const printed = async (...args: string[]) => {
    const out: string[] = [];
    const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
    const err = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    try {
      return { code: await runSlack(args), out: out.join("") };
    } finally {
      write.mockRestore();
      err.mockRestore();
    }
  };

  it("prints the manifest of the configured agent, as YAML or JSON", async () => {
    const config = ["--config", "examples/acme/deskhand.yaml"];
    const yaml = await printed("manifest", ...config);
    expect(yaml.out).toContain("display_name: Aria");
    const json = await printed("manifest", "--json", ...config);
    expect(JSON.parse(json.out)).toMatchObject({ features: { bot_user: { display_name: "Aria" } } });
  });

  it("knows nothing else", async () => {
    expect(await printed("install")).toEqual({ code: 2, out: "" });
    expect(await printed("manifest", "--json", "--yaml")).toEqual({ code: 2, out: "" });
  });
});
