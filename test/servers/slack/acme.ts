import { LogLevel, type Logger } from "@slack/bolt";

import { startSlack, type SlackOptions, type SlackServer } from "./index.ts";

/** A small workspace that tests share: Ann asks in #help, Sam sits in the private #desk. */
export const ACME = {
  id: "T1",
  name: "Acme",
  users: [
    { id: "UANN", name: "ann", realName: "Ann Bell", email: "ann@example.com" },
    { id: "USAM", name: "sam", isAdmin: true },
    { id: "UROBO", name: "robo", isBot: true },
    { id: "UGAST", name: "gast", homeTeam: "T2" },
  ],
  channels: [
    { id: "CHELP", name: "help", members: ["UANN", "USAM", "UROBO"] },
    { id: "CDESK", name: "desk", kind: "private", members: ["USAM"] },
    { id: "CAWAY", name: "away", members: ["UANN"], botIsIn: false },
    { id: "CHIDE", name: "hidden", kind: "private", members: ["USAM"], botIsIn: false },
    { id: "CCONN", name: "connect", members: ["UANN", "UGAST"], isShared: true },
  ],
  usergroups: [{ id: "SDESK", handle: "desk", users: ["USAM"] }],
} as const;

/** Without limits on speed unless a test asks for them. */
export function startAcme(options: SlackOptions = {}): Promise<SlackServer> {
  return startSlack({ teams: [ACME], limits: { post: false, history: false }, ...options });
}

/** Bolt's and the WebClient's logger that says nothing: most of what they would say here was asked for. */
export const QUIET: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};
