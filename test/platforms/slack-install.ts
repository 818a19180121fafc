import type { SlackServer } from "../servers/slack/index.ts";

/** Credentials with which workspaces install the app themselves; the test's Slack knows the first two. */
export const OAUTH = {
  SLACK_CLIENT_ID: "111.222",
  SLACK_CLIENT_SECRET: "client-secret",
  SLACK_STATE_SECRET: "state-secret",
  DESKHAND_SECRET: "a secret of this installation",
};

/** What a browser does: the page with the button, Slack's consent, the way back; the status of the last page. */
export async function install(slack: SlackServer, base: string, team: string): Promise<number> {
  const page = await fetch(`${base}/slack/install`);
  const [, href = ""] = /href="([^"]*authorize[^"]*)"/.exec(await page.text()) ?? [];
  const state = new URL(href.replaceAll("&amp;", "&")).searchParams.get("state") ?? "";
  const query = new URLSearchParams({ code: slack.issueCode(team), state });
  const cookie = page.headers.get("set-cookie")?.split(";")[0] ?? "";
  const back = await fetch(`${base}/slack/oauth_redirect?${query.toString()}`, { headers: { cookie } });
  return back.status;
}
