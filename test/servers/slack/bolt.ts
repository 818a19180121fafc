import { App, type AppOptions } from "@slack/bolt";

import { QUIET, startAcme } from "./acme.ts";
import type { SlackOptions, SlackServer } from "./index.ts";

export type SeenEvent = Record<string, unknown> & { readonly type: string };

export interface Meeting {
  readonly slack: SlackServer;
  readonly app: App;
  /** Every event that reached the app, repeats as well, in order. */
  readonly seen: { readonly event: SeenEvent; readonly id: string; readonly retry: number | undefined }[];
}

/** A server and the real Bolt pointed at it, not yet started, in Socket Mode unless told otherwise. */
export async function meet(options: SlackOptions = {}, bolt: AppOptions = {}): Promise<Meeting> {
  const slack = await startAcme(options);
  const overHttp = bolt.socketMode === false;
  const app = new App({
    ...(overHttp ? { signingSecret: slack.signingSecret } : { appToken: slack.appToken }),
    ...(!bolt.authorize && { token: slack.botToken() }),
    socketMode: true,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logger: QUIET,
    ...bolt,
  });
  const seen: Meeting["seen"] = [];
  app.use(async ({ body, context, next }) => {
    if ("event" in body) {
      seen.push({ event: body.event as SeenEvent, id: String(body["event_id"]), retry: context.retryNum });
    }
    await next();
  });
  return { slack, app, seen };
}

/** Ends both; throws when the app did what Slack would not have understood. */
export async function part({ slack, app }: Pick<Meeting, "slack" | "app">): Promise<void> {
  await app.stop();
  await slack.close();
  if (slack.violations.length > 0) throw new Error(slack.violations.join("\n"));
}

export const plain = (text: string) => ({ type: "plain_text" as const, text });
