import type { webApi } from "@slack/bolt";

import { DeskhandError } from "../../src/errors.ts";
import type { SlackPlace } from "./address.ts";
import { failureOf, failureOfStatus } from "./failures.ts";
import { isSlackHost } from "./files.ts";
import type { Progress } from "./progress.ts";
import type { Outgoing } from "./render.ts";

/** Slack takes five answers at one address. */
const MOST_ANSWERS = 5;

/** Shows the messages to the person who clicked, and to nobody else. Those that were shown are not shown again. */
export async function respond(
  { url, thread }: Extract<SlackPlace, { kind: "response" }>,
  messages: readonly Outgoing[],
  progress: Progress,
  { slackApiUrl }: webApi.WebClient,
  signal: AbortSignal,
): Promise<void> {
  const address = URL.parse(url);
  if (!address || !isSlackHost(address, slackApiUrl)) {
    throw new DeskhandError("delivery_refused", "The address to answer at is not Slack's.");
  }
  for (const [at, { text, blocks }] of messages.slice(0, MOST_ANSWERS).entries()) {
    if (progress.shown.has(String(at))) continue;
    const inThread = thread === undefined ? {} : { thread_ts: thread };
    const body = { response_type: "ephemeral", replace_original: false, text, blocks, ...inThread };
    await answer(address, body, signal);
    progress.shown.add(String(at));
  }
}

async function answer(url: URL, body: unknown, signal: AbortSignal): Promise<void> {
  let response: Response;
  let said: string;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(body),
      redirect: "error",
      signal,
    });
    said = await response.text();
  } catch (error) {
    throw failureOf(error);
  }
  if (response.status === 404 || response.status === 410 || /\b(used|expired)_url\b/.test(said)) {
    throw new DeskhandError(
      "delivery_refused",
      "Slack takes answers to a click for 30 minutes, and five at most; the person has to click again.",
    );
  }
  if (response.status !== 200)
    throw failureOfStatus(response.status, said, response.headers.get("retry-after"));
  if (/"ok"\s*:\s*false/.test(said)) {
    throw new DeskhandError("delivery_refused", `Slack refused the answer to a click: ${said.slice(0, 200)}`);
  }
}
