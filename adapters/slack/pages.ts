import { messageOf } from "../../src/errors.ts";
import { toAddress } from "./address.ts";
import { customerHome } from "./home.ts";
import { type Listening, take } from "./listen.ts";
import { homeBody } from "./payload.ts";
import { timeOf } from "./normalise.ts";
import type { Workspace } from "./workspaces.ts";

/** The app's home page: staff see the queue, which the core draws; customers a page of ours. */
export function listenToHome(listening: Listening): void {
  const { app, workspaces, people, config, log } = listening;

  app.event("app_home_opened", async ({ body, context }) => {
    const read = homeBody.safeParse(body);
    if (!read.success || (read.data.event.tab && read.data.event.tab !== "home")) return;
    const { user, channel, event_ts } = read.data.event;
    const workspace = await workspaces.of(context.teamId ?? "");
    const { team } = workspace;
    const author = { user, isStranger: false };
    const { role } = await people.person(team, author);
    if (role !== "staff") {
      publish(workspace, user, channel ?? null);
      return;
    }
    await take(
      {
        eventId: `h:${team}:${user}:${event_ts}`,
        address: toAddress({ kind: "home", team, user }),
        visibility: "private",
        author,
        atDesk: false,
        sentAt: timeOf(event_ts),
        body: { kind: "overview" },
      },
      workspace,
      listening,
    );
  });

  /** Not waited for: it is drawn again whenever the page is opened. */
  function publish({ client, team }: Workspace, user: string, channel: string | null): void {
    const view = customerHome({ agent: config.agent.name, shop: config.shop.name, team, channel });
    client.views
      .publish({ user_id: user, view })
      .catch((error: unknown) => log.warn({ err: messageOf(error) }, "Slack did not take the home page"));
  }
}
