import type { ServerResponse } from "node:http";

import { isObject } from "./block-types.ts";
import type { Slack } from "./core.ts";
import { applyReply, type ReplyBody } from "./replies.ts";
import { SlackRefusal } from "./refusal.ts";

/** A POST to a response_url: 404 once it was used up or has expired, as Slack answers. */
export function answerResponseUrl(path: string, body: Buffer, response: ServerResponse, slack: Slack): void {
  const place = slack.tickets.useResponseUrl(path);
  const args = readBody(body);
  const end = (status: number, answer: Record<string, unknown>) => {
    slack.journal.calls.push({
      method: "response_url",
      args,
      team: place?.team ?? null,
      at: slack.world.now(),
      status,
      answer,
    });
    slack.journal.changed();
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  };
  const fault = slack.faults.take("response_url");
  if (fault) return end(fault.status ?? 500, { ok: false, error: fault.error ?? "internal_error" });
  if (!place) return end(404, { ok: false, error: "used_url" });
  try {
    applyReply(slack, place, args);
    end(200, { ok: true });
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    end(error.error === "no_text" ? 400 : 200, { ok: false, error: error.error, ...error.more });
  }
}

function readBody(body: Buffer): ReplyBody {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
