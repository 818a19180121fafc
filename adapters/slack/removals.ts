import { webApi } from "@slack/bolt";

import { isTokenGone } from "./failures.ts";
import type { Installations } from "./install.ts";
import type { Listening } from "./listen.ts";

/**
 * A workspace removed the app, or took its token back: what we keep of it is deleted. Slack may deliver this late and
 * more than once, also after the workspace has installed the app again, so a token that still works is kept.
 */
export function listenToRemovals(
  { app, workspaces, log }: Listening,
  installations: Installations | null,
  clientOptions: webApi.WebClientOptions,
): void {
  async function remove(
    team: string | undefined,
    enterprise: string | undefined,
    isEnterpriseInstall: boolean,
  ): Promise<void> {
    const query = { team, enterprise, isEnterpriseInstall };
    const installed = await installations?.find(query);
    if (!installed) {
      log.warn({ team }, "the Slack app was removed from a workspace, or its token was taken back");
      return;
    }
    if (await works(installed.token)) return;
    await installations?.remove(query);
    workspaces.forget(team ?? enterprise ?? "");
    log.info({ team }, "a workspace removed the Slack app; its installation was deleted");
  }

  async function works(token: string): Promise<boolean> {
    try {
      await new webApi.WebClient(token, clientOptions).auth.test();
      return true;
    } catch (error) {
      if (isTokenGone(error)) return false;
      throw error;
    }
  }

  app.event("app_uninstalled", ({ context }) =>
    remove(context.teamId, context.enterpriseId, context.isEnterpriseInstall),
  );
  app.event("tokens_revoked", async ({ event, context }) => {
    const { bot = [] } = event.tokens ?? {};
    if (bot.length > 0) await remove(context.teamId, context.enterpriseId, context.isEnterpriseInstall);
  });
}
