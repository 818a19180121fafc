import { stringify } from "yaml";

import type { Config } from "../../src/config/schema.ts";
import { STAFF_COMMANDS } from "../../src/domain.ts";
import { DeskhandError } from "../../src/errors.ts";
import { COMMAND, EVENTS, PATHS, SCOPE_NAMES, SHORTCUT } from "./scopes.ts";

/** How Slack's events come: over a connection that we open, or to a public address of ours. */
export type Delivering = "socket" | "http";

/**
 * The app's manifest, from the constants that the code itself uses. Over HTTP it needs `slack.http.public_url`, and
 * throws `config_invalid` without.
 */
export function manifestFor(
  { agent, slack }: Pick<Config, "agent" | "slack">,
  by: Delivering = "socket",
): object {
  const base = slack.http.public_url;
  if (by === "http" && base === undefined) {
    throw new DeskhandError(
      "config_invalid",
      "slack.http.public_url is not set. Over HTTP Slack has to know where it reaches Deskhand: give the public " +
        "https address of the server, or leave --http away for Socket Mode, which needs none.",
    );
  }
  const events = by === "http" && base !== undefined ? { request_url: new URL(PATHS.events, base).href } : {};
  return {
    _metadata: { major_version: 2 },
    display_information: {
      name: agent.name.slice(0, LONGEST_APP_NAME),
      description: "Answers support questions from your articles, and brings in a person when one is needed.",
      background_color: "#1f2937",
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: agent.name.slice(0, LONGEST_BOT_NAME), always_online: true },
      assistant_view: {
        assistant_description: "Ask a question, or say that you would like a person.",
        ...(slack.suggested_prompts.length > 0 && { suggested_prompts: [...slack.suggested_prompts] }),
      },
      shortcuts: [
        {
          name: SHORTCUT.name,
          type: "message",
          callback_id: SHORTCUT.callbackId,
          description: "A person from the team looks at this message",
        },
      ],
      slash_commands: [
        {
          command: COMMAND,
          ...(by === "http" && { url: events.request_url }),
          description: `Prove your e-mail; for staff: ${STAFF_COMMANDS.join(", ")}`,
          usage_hint: "help",
          should_escape: false,
        },
      ],
    },
    oauth_config: {
      ...(base !== undefined && { redirect_urls: [new URL(PATHS.redirect, base).href] }),
      scopes: { bot: [...SCOPE_NAMES] },
    },
    settings: {
      event_subscriptions: { ...events, bot_events: [...EVENTS] },
      interactivity: { is_enabled: true, ...events },
      org_deploy_enabled: false,
      socket_mode_enabled: by === "socket",
      token_rotation_enabled: false,
    },
  };
}

/** What Slack's "From a manifest" takes. */
export function manifestText(manifest: object, format: "yaml" | "json"): string {
  if (format === "json") return `${JSON.stringify(manifest, null, 2)}\n`;
  return `${HEADING}\n${stringify(manifest, { lineWidth: 0 })}`;
}

const HEADING =
  "# Made by `deskhand slack manifest`. At api.slack.com/apps: Create New App, From a manifest, paste this.";

/** Slack's own limits. */
const LONGEST_APP_NAME = 35;
const LONGEST_BOT_NAME = 80;
