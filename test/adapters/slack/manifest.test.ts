import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { manifestFor, manifestText } from "../../../adapters/slack/manifest.ts";
import { EVENTS, SCOPE_NAMES } from "../../../adapters/slack/scopes.ts";
import { configOf } from "./bench.ts";

const FOLDER = join(import.meta.dirname, "../../../adapters/slack");
const source = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(join(FOLDER, name), "utf8"))
  .join("\n");

/** What Slack's documentation asks for each method that an adapter like ours may call: all of them. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  "apps.connections.open": [],
  "assistant.threads.setStatus": ["assistant:write"],
  "assistant.threads.setSuggestedPrompts": ["assistant:write"],
  "assistant.threads.setTitle": ["assistant:write"],
  "auth.test": [],
  "chat.delete": ["chat:write"],
  "chat.getPermalink": [],
  "chat.postEphemeral": ["chat:write"],
  "chat.postMessage": ["chat:write"],
  "chat.update": ["chat:write"],
  "conversations.history": ["channels:history", "groups:history", "im:history"],
  "conversations.info": ["channels:read", "groups:read"],
  "conversations.members": ["channels:read", "groups:read"],
  "conversations.open": ["im:write"],
  "conversations.replies": ["channels:history", "groups:history", "im:history"],
  "files.delete": ["files:write"],
  "files.getUploadURLExternal": ["files:write"],
  "files.info": ["files:read"],
  filesUploadV2: ["files:write"],
  "reactions.add": ["reactions:write"],
  "usergroups.list": ["usergroups:read"],
  "usergroups.users.list": ["usergroups:read"],
  "users.info": ["users:read"],
  "views.open": [],
  "views.publish": [],
};

const EVENT_SCOPES: Readonly<Record<string, readonly string[]>> = {
  app_home_opened: [],
  app_mention: ["app_mentions:read"],
  app_uninstalled: [],
  assistant_thread_context_changed: ["assistant:write"],
  assistant_thread_started: ["assistant:write"],
  "message.channels": ["channels:history"],
  "message.groups": ["groups:history"],
  "message.im": ["im:history"],
  reaction_added: ["reactions:read"],
  tokens_revoked: [],
};

/** What no method or event says by itself, and how it is seen in the code that it is used. */
const BY_ARGUMENT: readonly (readonly [scope: string, sign: RegExp])[] = [
  ["chat:write.customize", /username: message\.username/],
  ["commands", /app\.(command|shortcut)\(/],
  ["users:read.email", /profile[\s\S]{0,200}email/],
];

/** `client.chat.update(` and the like. */
function calledMethods(): string[] {
  const call = /(?:client|\))\.((?:[a-z]+\.)+[a-zA-Z]+|filesUploadV2)\(/g;
  return [...new Set([...source.matchAll(call)].map(([, method = ""]) => method))].sort();
}

describe("the Slack app's manifest", () => {
  it("is in the repository as the code makes it", () => {
    const manifest = manifestFor(configOf());
    const file = readFileSync(join(FOLDER, "manifest.yaml"), "utf8");
    expect(file).toBe(manifestText(manifest, "yaml"));
    expect(parse(file)).toEqual(manifest);
  });

  it("asks for every scope that the code needs, and for no other", () => {
    const called = calledMethods();
    expect(called).toContain("chat.postMessage");
    expect(called.filter((method) => METHODS[method] === undefined)).toEqual([]);
    const needed = new Set([
      ...called.flatMap((method) => METHODS[method] ?? []),
      ...EVENTS.flatMap((event) => EVENT_SCOPES[event] ?? [`unknown event ${event}`]),
      ...BY_ARGUMENT.filter(([, sign]) => sign.test(source)).map(([scope]) => scope),
      // The address of a file carries no method's name; its download is refused without this.
      ...(source.includes("url_private_download") ? ["files:read"] : []),
    ]);
    expect([...SCOPE_NAMES].sort()).toEqual([...needed].sort());
  });

  it("subscribes to every event that the code listens to, and to no other", () => {
    const heard = new Set([...source.matchAll(/app\.event\("([a-z_]+)"/g)].map(([, event = ""]) => event));
    const subscribed = new Set(EVENTS.map((event) => event.replace(/^message\..*/, "message")));
    expect([...subscribed].sort()).toEqual([...heard].sort());
  });

  it("names our addresses when Slack comes to us", () => {
    const config = configOf({ slack: { http: { public_url: "https://desk.example.com" } } });
    expect(manifestFor(config, "http")).toMatchObject({
      features: { slash_commands: [{ url: "https://desk.example.com/slack/events" }] },
      oauth_config: { redirect_urls: ["https://desk.example.com/slack/oauth_redirect"] },
      settings: {
        event_subscriptions: { request_url: "https://desk.example.com/slack/events" },
        interactivity: { request_url: "https://desk.example.com/slack/events" },
        socket_mode_enabled: false,
      },
    });
    expect(() => manifestFor(configOf(), "http")).toThrow(/slack\.http\.public_url/);
  });

  it("keeps to Slack's limits whatever the agent is called", () => {
    const manifest = manifestFor(configOf({ agent: { name: "x".repeat(200) } }));
    expect(manifest).toMatchObject({
      display_information: { name: "x".repeat(35) },
      features: { bot_user: { display_name: "x".repeat(80) } },
    });
  });
});
