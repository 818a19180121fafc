import type { Slack } from "./core.ts";
import type { Delivery } from "./delivery.ts";
import { announce } from "./events.ts";
import type { Team } from "./world.ts";

/** The app leaves a workspace: its token dies first, then the app hears of it, as with Slack. */
export function leave(slack: Slack, team: Team, how: "revoked" | "uninstalled"): Delivery[] {
  const token = slack.world.tokens.get(team.bot.token);
  if (token) token.revoked = true;
  team.installed = false;
  const ts = slack.world.ts();
  const events = [
    { type: "tokens_revoked", tokens: { oauth: [], bot: [team.bot.userId] }, event_ts: ts },
    ...(how === "uninstalled" ? [{ type: "app_uninstalled", event_ts: ts }] : []),
  ];
  return events.map((event) => announce(slack, team, event)).filter((one) => one !== null);
}
