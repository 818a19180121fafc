import { webApi } from "@slack/bolt";
import { describe, expect, it } from "vitest";

import { failureOf, failureOfStatus } from "../../../adapters/slack/failures.ts";

const platform = (error: string, more: object = {}) =>
  new webApi.WebAPIPlatformError({ ok: false, error, ...more });
const connection = (code: string) =>
  new webApi.WebAPIRequestError(
    new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) }),
  );

describe("a call to Slack that failed", () => {
  it.each(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"])(
    "never arrived after %s",
    (code) => {
      expect(failureOf(connection(code))).toMatchObject({ code: "delivery_unreached", retryable: true });
    },
  );

  it("never arrived when every address of a name refused", () => {
    const all = new AggregateError([Object.assign(new Error("no"), { code: "ECONNREFUSED" })]);
    const error = new webApi.WebAPIRequestError(new TypeError("fetch failed", { cause: all }));
    expect(failureOf(error)).toMatchObject({ code: "delivery_unreached" });
  });

  it.each([
    connection("ECONNRESET"),
    connection("UND_ERR_SOCKET"),
    new webApi.WebAPIRequestError(new DOMException("ended", "TimeoutError")),
    new TypeError("terminated"),
    new webApi.WebAPIHTTPError(503, "busy", {}),
    platform("internal_error"),
    platform("fatal_error"),
    platform("<html>Bad gateway</html>"),
  ])("may have been carried out: %s", (error) => {
    expect(failureOf(error)).toMatchObject({ code: "delivery_failed", retryable: true });
  });

  it("waits as long as Slack says", () => {
    const limited = { code: "delivery_rate_limited", retryable: true };
    expect(failureOf(new webApi.WebAPIRateLimitedError(7))).toMatchObject({
      ...limited,
      retryAfterMs: 7_000,
    });
    expect(failureOf(platform("ratelimited", { response_metadata: { retryAfter: 3 } }))).toMatchObject({
      ...limited,
      retryAfterMs: 3_000,
    });
    expect(failureOfStatus(429, undefined, "5")).toMatchObject({ ...limited, retryAfterMs: 5_000 });
    expect(failureOfStatus(429, undefined, null)).toMatchObject({ ...limited, retryAfterMs: 30_000 });
  });

  it.each([
    ["token_revoked", "SLACK_BOT_TOKEN"],
    ["account_inactive", "Install it again"],
    ["channel_not_found", "invite the bot"],
    ["not_in_channel", "/invite"],
    ["is_archived", "archived"],
    ["restricted_action", "admin"],
    ["messages_tab_disabled", "App Home"],
    ["something_new", "something_new"],
  ])("is refused for good after %s, with what mends it", (code, words) => {
    const failure = failureOf(platform(code));
    expect(failure).toMatchObject({ code: "delivery_refused", retryable: false });
    expect(failure.message).toContain(words);
  });

  it("says which scope is missing and what it is for", () => {
    const { message } = failureOf(
      platform("missing_scope", { needed: "files:write", provided: "chat:write" }),
    );
    expect(message).toContain("The scope files:write (posting what staff attach) is missing");
    expect(message).toContain("install the app again");
  });

  it("says what Slack found wrong with the blocks", () => {
    const response_metadata = { messages: ["[ERROR] must be less than 3001 characters"] };
    expect(failureOf(platform("invalid_blocks", { response_metadata })).message).toContain("3001");
  });

  it("is no fault of Slack when something else answers", () => {
    expect(failureOf(new webApi.WebAPIHTTPError(404, "no", {}))).toMatchObject({ code: "delivery_refused" });
  });
});
