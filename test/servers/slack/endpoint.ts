import { createHmac } from "node:crypto";

import type { Attempt, Delivery, Transport } from "./delivery.ts";

/** Where the app listens. Either one address for everything or one for each kind. */
export type Endpoint =
  | string
  | { readonly events: string; readonly interactive: string; readonly commands: string };

/** How a request's signature is spoilt. */
export type Forgery = "wrong secret" | "old timestamp" | "no signature" | "changed body";

export interface EndpointDeps {
  readonly signingSecret: string;
  readonly ackWithinMs: number;
  readonly now: () => number;
  readonly endpoint: () => Endpoint;
  readonly forgery: () => Forgery | null;
}

/** Slack's side of HTTP mode: signed requests, JSON for events, forms for clicks and commands. */
export function createEndpoint(deps: EndpointDeps): Transport {
  return async function transport(delivery, number, lastFailure) {
    const attempt: Attempt = {
      number,
      at: deps.now(),
      by: "http",
      ackMs: null,
      ack: undefined,
      failure: null,
    };
    const { body, type } = encode(delivery);
    const sentAt = performance.now();
    try {
      const response = await fetch(addressFor(delivery, deps.endpoint()), {
        method: "POST",
        body,
        signal: AbortSignal.timeout(deps.ackWithinMs),
        headers: {
          "content-type": type,
          "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
          ...sign(body, deps.signingSecret, deps.now(), deps.forgery()),
          ...(number > 0 && {
            "x-slack-retry-num": String(number),
            "x-slack-retry-reason": lastFailure ?? "http_timeout",
          }),
        },
      });
      const text = await response.text();
      attempt.status = response.status;
      if (!response.ok) {
        const noRetry = response.headers.get("x-slack-no-retry") === "1";
        return { ...attempt, failure: noRetry ? "no_retry" : "http_error", ack: text };
      }
      return { ...attempt, ackMs: performance.now() - sentAt, ack: decode(text) };
    } catch (error) {
      const late = error instanceof Error && error.name === "TimeoutError";
      return { ...attempt, failure: late ? "http_timeout" : "connection_failed" };
    }
  };
}

/** Slack's handshake with an address that was just entered; resolves to the answer, which should be the challenge. */
export async function verifyUrl(
  address: string,
  secret: string,
  nowMs: number,
): Promise<{ readonly status: number; readonly text: string; readonly challenge: string }> {
  const challenge = `challenge-${nowMs}`;
  const body = JSON.stringify({ token: "verification-token", challenge, type: "url_verification" });
  const headers = { "content-type": "application/json", ...sign(body, secret, nowMs) };
  const response = await fetch(address, { method: "POST", body, headers });
  return { status: response.status, text: await response.text(), challenge };
}

/** The headers of Slack's request signature, version 0. */
export function sign(
  body: string,
  secret: string,
  nowMs: number,
  forgery: Forgery | null = null,
): Record<string, string> {
  const age = forgery === "old timestamp" ? 6 * 60 : 0;
  const timestamp = String(Math.floor(nowMs / 1000) - age);
  const key = forgery === "wrong secret" ? `${secret}x` : secret;
  const signed = forgery === "changed body" ? `${body} ` : body;
  const signature = `v0=${createHmac("sha256", key).update(`v0:${timestamp}:${signed}`).digest("hex")}`;
  return {
    "x-slack-request-timestamp": timestamp,
    ...(forgery !== "no signature" && { "x-slack-signature": signature }),
  };
}

function addressFor(delivery: Delivery, endpoint: Endpoint): string {
  if (typeof endpoint === "string") return endpoint;
  if (delivery.kind === "events_api") return endpoint.events;
  return delivery.kind === "interactive" ? endpoint.interactive : endpoint.commands;
}

function encode({ kind, payload }: Delivery): { body: string; type: string } {
  const form = "application/x-www-form-urlencoded";
  switch (kind) {
    case "events_api":
      return { body: JSON.stringify(payload), type: "application/json" };
    case "interactive":
      return { body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), type: form };
    case "slash_commands": {
      const fields = Object.entries(payload).map(([key, value]): [string, string] => [key, String(value)]);
      return { body: new URLSearchParams(fields).toString(), type: form };
    }
    default:
      return kind satisfies never;
  }
}

function decode(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
