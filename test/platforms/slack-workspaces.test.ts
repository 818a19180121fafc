import { expect, it, onTestFinished } from "vitest";

import { freePort } from "../servers/free-port.ts";
import { startSlack } from "../servers/slack/index.ts";
import { startProgram } from "./bench.ts";
import { install, OAUTH, TWO_WORKSPACES } from "./slack-install.ts";

/** A program starts, and a two-core machine may do much else. */
const LONG = 600_000;

it(
  "a workspace that installed the app is served by the staff of another, until it removes the app",
  {
    timeout: LONG,
  },
  async () => {
    const slack = await startSlack({
      limits: { post: { calls: 1, windowMs: 20 } },
      teams: TWO_WORKSPACES,
    });
    onTestFinished(() => slack.close());
    const port = await freePort();
    const program = await startProgram({
      env: { ...OAUTH, SLACK_APP_TOKEN: slack.appToken, SLACK_API_URL: slack.apiUrl },
      config: {
        desk: { adapter: "slack", channel: "T1/CDESK" },
        slack: {
          workspaces: { T2: { channels: [{ id: "CASK", mode: "every_post" }] } },
          http: { port, host: "127.0.0.1" },
        },
      },
    });
    const base = `http://127.0.0.1:${port}`;
    expect(await install(slack, base, "T1")).toBe(200);
    expect(await install(slack, base, "T2")).toBe(200);

    const said = async (channel: string, thread: string | undefined, pattern: RegExp) =>
      slack.waitFor(
        () => slack.messages(channel, thread).find(({ text, byApp }) => byApp && pattern.test(text)),
        `${pattern} in ${channel}`,
      );
    const { ts: thread } = slack.say({ channel: "CASK", user: "UTOM", text: "How do I reset my password?" });
    await said("CASK", thread, /From our help centre/);
    slack.say({ channel: "CASK", user: "UTOM", text: "Can I talk to a human?", threadTs: thread });
    const card = await said("CDESK", undefined, /The customer asks for a person/);
    await slack.click({ user: "USAM", channel: "CDESK", messageTs: card.ts, text: "Claim" });
    await said("CASK", thread, /sam from our team is here/i);
    slack.say({ channel: "CDESK", user: "USAM", text: "Hello Tom, Sam here.", threadTs: card.ts });
    expect((await said("CASK", thread, /Hello Tom/)).username).toBe("sam");
    slack.say({ channel: "CASK", user: "UTOM", text: "Hi Sam!", threadTs: thread });
    await said("CDESK", card.ts, /Hi Sam!/);

    for (const { settled } of slack.uninstall("T2")) await settled;
    await program.app.drained();
    expect(slack.violations).toEqual([]);
    const late = slack.say({
      channel: "CDESK",
      user: "USAM",
      text: "Are you still there?",
      threadTs: card.ts,
    });
    await said("CDESK", undefined, /could not be delivered .* the workspace T2 has not installed it/);
    await slack.waitFor(
      () =>
        slack.messages("CDESK", card.ts).find(({ ts, reactions }) => ts === late.ts && reactions["warning"]),
      "a mark",
    );
  },
);
