import type { SlackServer, TeamSeed } from "../servers/slack/index.ts";

/** Staff in one workspace, customers in another. */
export const TWO_WORKSPACES: readonly TeamSeed[] = [
  {
    id: "T1",
    users: [{ id: "USAM", name: "sam", realName: "Sam Stone" }],
    channels: [{ id: "CDESK", name: "desk", kind: "private", members: ["USAM"] }],
  },
  {
    id: "T2",
    name: "other",
    users: [{ id: "UTOM", name: "tom" }],
    channels: [{ id: "CASK", name: "ask", members: ["UTOM"] }],
  },
];

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
