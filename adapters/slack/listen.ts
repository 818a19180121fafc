import type { App } from "@slack/bolt";

import type { Host } from "../../src/adapter.ts";
import type { InboundEvent } from "../../src/domain.ts";
import type { Log } from "../../src/ops/log.ts";
import type { Surroundings, Unsigned } from "./normalise.ts";
import type { People } from "./people.ts";
import { settingsOf, type SlackConfig } from "./settings.ts";
import type { Workspace, Workspaces } from "./workspaces.ts";

/** What the listeners share. */
export interface Listening {
  readonly app: App;
  readonly config: SlackConfig;
  readonly workspaces: Workspaces;
  readonly people: People;
  readonly host: Host;
  readonly now: () => number;
  readonly log: Log;
}

/** Signs an event with who sent it and puts it on disk. Rejects when that failed: then it must not be acknowledged. */
export async function take(event: Unsigned, workspace: Workspace, listening: Listening): Promise<void> {
  const signed = await sign(event, workspace, listening);
  if (signed) await listening.host.intake(signed);
}

/** Null for words at the desk that are not of staff. Rejects when it matters whether they are, and is not known. */
export async function sign(
  { author, atDesk, ...event }: Unsigned,
  { team }: Workspace,
  { people, now }: Listening,
): Promise<InboundEvent | null> {
  // A click on a card by somebody taken for a customer would do nothing, and say nothing.
  const mustKnow = atDesk || event.body.kind === "action";
  const sender = await people.person(team, author, mustKnow ? "staff or not" : undefined);
  if (atDesk && sender.role !== "staff") return null;
  return { ...event, sender, sentAt: event.sentAt || now() };
}

/** @param names of the users that the event mentions; others go by their id. */
export function surroundingsOf(
  { team, botUserId, url }: Workspace,
  config: SlackConfig,
  names: ReadonlyMap<string, string> = new Map(),
): Surroundings {
  return {
    team,
    botUserId,
    url,
    settings: settingsOf(config, team),
    nameOf: (user) => names.get(user) ?? user,
  };
}
