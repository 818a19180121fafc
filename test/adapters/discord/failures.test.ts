import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";
import { describe, expect, it } from "vitest";

import { failure } from "../../../adapters/discord/failures.ts";
import { DeskhandError } from "../../../src/errors.ts";

const URL = "https://discord.com/api/v10/channels/1/messages";

function answered(status: number, code: number, message = "No"): DiscordAPIError {
  return new DiscordAPIError({ code, message }, code, status, "POST", URL, { body: {}, files: [] });
}

function network(code: string): Error {
  return Object.assign(new Error(`it failed: ${code}`), { code });
}

describe("what went wrong on the way to Discord", () => {
  it.each([10003, 10008, 50001, 50007, 50013, 160005])(
    "code %i stays, and the operator is told why",
    (code) => {
      const { code: kind, retryable, message } = failure(answered(403, code));
      expect({ kind, retryable }).toEqual({ kind: "delivery_refused", retryable: false });
      expect(message).not.toContain("code");
      expect(message).toMatch(/\.$/);
    },
  );

  it("names an answer that we have no words for", () => {
    expect(failure(answered(400, 50035, "Invalid Form Body")).message).toContain("50035");
  });

  it("waits for a new token when the bot's is refused, and gives up an answer to a click", () => {
    expect(failure(answered(401, 0))).toMatchObject({ code: "delivery_unreached", retryable: true });
    expect(failure(answered(401, 50027))).toMatchObject({ code: "delivery_refused", retryable: false });
  });

  it("may have arrived when Discord fails or the connection breaks", () => {
    const broken = [
      new HTTPError(503, "", "POST", URL, {}),
      network("ECONNRESET"),
      network("UND_ERR_SOCKET"),
    ];
    for (const error of [...broken, new DOMException("Aborted", "AbortError")]) {
      expect(failure(error)).toMatchObject({ code: "delivery_failed", retryable: true });
    }
  });

  it("did not arrive when there was no connection, however deep that is said", () => {
    const refused = network("ECONNREFUSED");
    const both = new AggregateError([refused, network("ENETUNREACH")]);
    for (const error of [refused, both, new TypeError("fetch failed", { cause: both })]) {
      expect(failure(error)).toMatchObject({ code: "delivery_unreached", retryable: true });
    }
    const mixed = new AggregateError([refused, network("ECONNRESET")]);
    expect(failure(mixed)).toMatchObject({ code: "delivery_failed" });
  });

  it("says how long Discord asks to wait", () => {
    const limit = {
      timeToReset: 700,
      limit: 5,
      method: "POST",
      hash: "x",
      url: URL,
      route: "/channels/:id/messages",
      majorParameter: "1",
      global: false,
      retryAfter: 1_200,
      sublimitTimeout: 0,
      scope: "user",
    } as const;
    expect(failure(new RateLimitError(limit))).toMatchObject({
      code: "delivery_rate_limited",
      retryable: true,
      retryAfterMs: 1_200,
    });
  });

  it("leaves an error of ours as it is", () => {
    const ours = new DeskhandError("attachment_unavailable", "gone");
    expect(failure(ours)).toBe(ours);
  });
});
