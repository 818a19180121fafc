import { createHmac, randomUUID } from "node:crypto";

import type { Finding } from "../../src/adapter.ts";
import { messageOf } from "../../src/errors.ts";
import { PATHS } from "./scopes.ts";

const WITHIN_MS = 10_000;

/**
 * Whether Deskhand answers where Slack will look for it, with Slack's own handshake. Only while it runs can it, so
 * silence is a warning. Throws never.
 */
export async function checkEndpoint(publicUrl: string, signingSecret: string): Promise<Finding> {
  const address = new URL(PATHS.events, publicUrl).href;
  const challenge = randomUUID();
  try {
    const { status, text } = await handshake(address, challenge, signingSecret);
    if (status === 200 && text.includes(challenge)) {
      return { level: "ok", what: `Deskhand answers at ${address}, with the same SLACK_SIGNING_SECRET.` };
    }
    if (status !== 401) return silent(address, `HTTP ${status}`);
    return {
      level: "problem",
      what: `What answers at ${address} does not take our SLACK_SIGNING_SECRET.`,
      fix: "Copy the signing secret again from Basic Information, and start the Deskhand that runs there anew with it.",
    };
  } catch (error) {
    return silent(address, messageOf(error));
  }
}

async function handshake(address: string, challenge: string, secret: string) {
  const body = JSON.stringify({ type: "url_verification", challenge });
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex");
  const response = await fetch(address, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": `v0=${signature}`,
    },
    body,
    redirect: "manual",
    signal: AbortSignal.timeout(WITHIN_MS),
  });
  return { status: response.status, text: await response.text() };
}

function silent(address: string, why: string): Finding {
  return {
    level: "warning",
    what: `Deskhand does not answer at ${address} (${why}).`,
    fix: "That is right while it does not run. If it does, let the proxy pass what is under /slack/ on to slack.http.port.",
  };
}
