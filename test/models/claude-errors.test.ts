import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { describe, expect, it } from "vitest";

import type { DeskhandError } from "../../src/errors.ts";
import { retryAfterOf } from "../../src/models/claude-errors.ts";
import { after, cut, fail, hang, inOrder, say, startClaude, type Scripted } from "../servers/claude.ts";
import { ask, connect, never, withClaude } from "./fixtures.ts";

async function failure(promise: Promise<unknown>): Promise<DeskhandError> {
  return promise.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: unknown) => error as DeskhandError,
  );
}

const scripted = (...steps: Scripted[]) => ({ reply: inOrder(...steps) });
const quick = { retryAfterMs: 1 };

describe("Claude's errors", () => {
  it.each([
    [400, {}, "model_rejected", false, /refused our request/],
    [401, {}, "model_not_allowed", false, /API key.*ANTHROPIC_API_KEY/],
    [402, {}, "model_not_allowed", false, /Billing/],
    [403, {}, "model_not_allowed", false, /models\.tier1/],
    [404, {}, "model_not_allowed", false, /no such model.*models\.tier1/],
    [409, quick, "model_rejected", false, /refused our request/],
    [413, {}, "model_rejected", false, /refused our request/],
    [422, {}, "model_rejected", false, /refused our request/],
    [408, quick, "model_unreachable", true, /trouble/],
    [429, quick, "model_rate_limited", true, /rate limit/],
    [500, quick, "model_unreachable", true, /trouble/],
    [502, quick, "model_unreachable", true, /trouble/],
    [529, quick, "model_unreachable", true, /trouble/],
  ])("status %i becomes %o -> %s", async (status, options, code, retryable, words) => {
    await withClaude(scripted(fail(status, options)), async ({ claude }) => {
      const error = await failure(claude.complete(ask("x"), never));
      expect(error.name).toBe("DeskhandError");
      expect(error).toMatchObject({ code, retryable });
      expect(error.message).toMatch(words);
      expect(error.message).toContain("req_local_");
      expect(error.message).not.toContain("sk-test");
    });
  });

  it.each(["enforced_spend_limit_reached", "contract_spend_limit_reached"])(
    "calls a 429 with %s the operator's problem: no waiting lifts it",
    async (errorCode) => {
      await withClaude(scripted(fail(429, { errorCode, retryAfterMs: 1 })), async ({ claude }) => {
        const error = await failure(claude.complete(ask("x"), never));
        expect(error).toMatchObject({ code: "model_not_allowed", retryable: false });
        expect(error.message).toMatch(/spend limit/);
      });
    },
  );

  it("calls an account on hold the operator's problem although its status is 400", async () => {
    await withClaude(scripted(fail(400, { errorCode: "organization_on_hold" })), async ({ claude }) => {
      expect(await failure(claude.complete(ask("x"), never))).toMatchObject({ code: "model_not_allowed" });
    });
  });

  it("tells a retired model from an address that is not Claude's", async () => {
    await withClaude({}, async ({ server }) => {
      // In our price table, and unknown to this server.
      const retired = connect(server.url, { tier1: "claude-fable-5" });
      const error = await failure(retired.complete(ask("x"), never));
      expect(error).toMatchObject({ code: "model_not_allowed", retryable: false });
      expect(error.message).toMatch(/no such model: it was retired.*model: claude-fable-5/);
    });
    const stranger = createServer((_, response) => response.writeHead(404).end("<h1>Not Found</h1>"));
    await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = stranger.address() as AddressInfo;
      const error = await failure(connect(`http://127.0.0.1:${port}`).complete(ask("x"), never));
      expect(error).toMatchObject({ code: "model_not_allowed", retryable: false });
      expect(error.message).toMatch(/no Claude at this address.*ANTHROPIC_BASE_URL/);
    } finally {
      stranger.closeAllConnections();
      stranger.close();
    }
  });

  it("says that nobody listens at the address", async () => {
    const server = await startClaude();
    await server.close();
    const error = await failure(connect(server.url).complete(ask("x"), never));
    expect(error).toMatchObject({ code: "model_unreachable", retryable: true });
    expect(error.message).toMatch(/cannot be reached/);
  });

  it("gives up on a server that never answers, and on one that never ends its answer", async () => {
    const settings = { turn_deadline_seconds: 0.15 };
    for (const silence of [hang(), hang({ afterHeaders: true })]) {
      await withClaude(
        scripted(silence),
        async ({ claude }) => {
          const signal = AbortSignal.timeout(20_000);
          const error = await failure(claude.complete(ask("x"), signal));
          expect(error).toMatchObject({ code: "model_unreachable", retryable: true });
          expect(signal.aborted).toBe(false);
        },
        settings,
      );
    }
  });
});

describe("Claude's retries", () => {
  it.each([429, 500, 529])("tries once more after %i and waits as long as it is told", async (status) => {
    const options = scripted(fail(status, { retryAfterMs: 60 }), say("ok"));
    await withClaude(options, async ({ claude, server }) => {
      const reply = await claude.complete(ask("x"), never);
      expect(reply).toMatchObject({ kind: "answer", text: "ok" });
      const [first, second] = server.requests;
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(59);
      expect(second?.body).toEqual(first?.body);
    });
  });

  it("does not make a customer wait half a minute: the caller is told how long instead", async () => {
    await withClaude(scripted(fail(429, { retryAfterSeconds: 30 })), async ({ claude, server }) => {
      const started = Date.now();
      const error = await failure(claude.complete(ask("x"), never));
      expect(error).toMatchObject({ code: "model_rate_limited", retryable: true, retryAfterMs: 30_000 });
      expect(server.requests).toHaveLength(1);
      expect(Date.now() - started).toBeLessThan(5_000);
    });
  });

  it("does not repeat what was refused", async () => {
    await withClaude(scripted(fail(400)), async ({ claude, server }) => {
      await failure(claude.complete(ask("x"), never));
      expect(server.requests).toHaveLength(1);
    });
  });

  it.each([0, 1, 40, 300])("asks again when the connection is cut at byte %i", async (byte) => {
    await withClaude(scripted(cut(byte), say("whole")), async ({ claude, server }) => {
      expect(await claude.complete(ask("x"), never)).toMatchObject({ kind: "answer", text: "whole" });
      expect(server.requests).toHaveLength(2);
    });
  });

  it("calls it an outage when the answer breaks off again", async () => {
    await withClaude(scripted(cut(40)), async ({ claude, server }) => {
      const error = await failure(claude.complete(ask("x"), never));
      expect(error).toMatchObject({ code: "model_unreachable", retryable: true });
      expect(server.requests).toHaveLength(2);
    });
  });
});

describe("Claude and the caller's signal", () => {
  it("passes an abort through as an AbortError and books no failure", async () => {
    await withClaude(scripted(hang()), async ({ claude }) => {
      const caller = new AbortController();
      const call = failure(claude.complete(ask("x"), caller.signal));
      setTimeout(() => caller.abort(), 20);
      expect((await call).name).toBe("AbortError");
    });
  });

  it("says in the cause that it was the turn's deadline", async () => {
    await withClaude(scripted(hang()), async ({ claude }) => {
      const error = await failure(claude.complete(ask("x"), AbortSignal.timeout(20)));
      expect(error.name).toBe("AbortError");
      expect((error.cause as Error).name).toBe("TimeoutError");
    });
  });

  it("does not wait out a retry once the caller has gone", async () => {
    await withClaude(scripted(fail(500, { retryAfterMs: 4_000 })), async ({ claude, server }) => {
      const started = Date.now();
      const error = await failure(claude.complete(ask("x"), AbortSignal.timeout(50)));
      expect(error.name).toBe("AbortError");
      expect(Date.now() - started).toBeLessThan(3_000);
      expect(server.requests).toHaveLength(1);
    });
  });

  it("waits for a slow answer", async () => {
    await withClaude(scripted(after(60, say("late"))), async ({ claude }) => {
      expect(await claude.complete(ask("x"), never)).toMatchObject({ kind: "answer", text: "late" });
    });
  });
});

describe("retry-after", () => {
  const at = Date.parse("2026-11-24T10:00:00Z");
  it.each([
    [{ "retry-after-ms": "250" }, 250],
    [{ "retry-after": "2" }, 2_000],
    [{ "retry-after": "Tue, 24 Nov 2026 10:00:07 GMT" }, 7_000],
    [{ "retry-after": "Tue, 24 Nov 2026 09:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ])("%o is %s ms", (headers, ms) => {
    expect(retryAfterOf(new Headers(headers as Record<string, string>), at)).toBe(ms);
  });
});
