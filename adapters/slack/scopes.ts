/** What the app asks of a workspace, each with what stops working without it. */
export const SCOPES = {
  "app_mentions:read": "hearing when it is mentioned",
  "assistant:write": "showing in a thread what it is doing, and the assistant pane",
  "channels:history": "reading messages in public channels",
  "channels:read": "looking up public channels and who is in them",
  "chat:write": "answering",
  "chat:write.customize": "showing staff replies under the name and picture of who wrote them",
  commands: "the /deskhand command and the message menu",
  "files:read": "passing on what customers and staff attach",
  "files:write": "posting what staff attach",
  "groups:history": "reading messages in private channels that it was invited to",
  "groups:read": "looking up private channels and who is in them",
  "im:history": "reading direct messages",
  "im:write": "writing to people directly",
  "reactions:read": "hearing when staff mark words of theirs as a note",
  "reactions:write": "marking what was passed on",
  "usergroups:read": "knowing who is staff when a user group says so",
  "users:read": "names and pictures of people",
  "users:read.email": "taking a workspace e-mail as proved, where slack.trust_emails allows it",
} as const satisfies Record<string, string>;

export type Scope = keyof typeof SCOPES;

export const SCOPE_NAMES = Object.keys(SCOPES) as readonly Scope[];

/** The events that Slack sends us. */
export const EVENTS = [
  "app_home_opened",
  "app_mention",
  "app_uninstalled",
  "assistant_thread_context_changed",
  "assistant_thread_started",
  "message.channels",
  "message.groups",
  "message.im",
  "reaction_added",
  "tokens_revoked",
] as const;

export const COMMAND = "/deskhand";

/** The entry in a message's menu that calls a person for it. */
export const SHORTCUT = { callbackId: "deskhand_escalate", name: "Call a person" } as const;

/** Where Slack reaches us over HTTP. */
export const PATHS = { events: "/slack/events", redirect: "/slack/oauth_redirect" } as const;
