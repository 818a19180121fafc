/** Discord's rate limits: a bucket for each route and its channel, guild or webhook, and one for the whole bot. */

export type RateLimits = "real" | "off" | { readonly messages: number; readonly perMs: number };

interface Rule {
  readonly limit: number;
  readonly perMs: number;
}

export interface Allowance {
  readonly isAllowed: boolean;
  readonly isGlobal: boolean;
  readonly retryAfterMs: number;
  readonly headers: Readonly<Record<string, string>>;
}

const SEND: Rule = { limit: 5, perMs: 5_000 };
const GLOBAL: Rule = { limit: 50, perMs: 1_000 };
const OTHER: Rule = { limit: 50, perMs: 1_000 };
const RULES: Readonly<Record<string, Rule>> = {
  create_message: SEND,
  update_message: SEND,
  trigger_typing_indicator: SEND,
  delete_message: { limit: 5, perMs: 1_000 },
  execute_webhook: { limit: 5, perMs: 2_000 },
  add_my_message_reaction: { limit: 1, perMs: 250 },
  delete_my_message_reaction: { limit: 1, perMs: 250 },
};
/** Renaming or changing the topic of one channel, on top of its bucket. */
const RENAME: Rule = { limit: 2, perMs: 600_000 };

export interface Limiter {
  /** Counts the request; `isExempt` from the bot's own limit: what is done with an interaction's token. */
  take(operation: string, major: string, isRename: boolean, isExempt: boolean): Allowance;
}

export function createLimiter(limits: RateLimits, now: () => number): Limiter {
  const windows = new Map<string, { startedAt: number; used: number }>();
  const count = (key: string, rule: Rule) => {
    let window = windows.get(key);
    if (!window || now() - window.startedAt >= rule.perMs) {
      window = { startedAt: now(), used: 0 };
      windows.set(key, window);
    }
    const isAllowed = window.used < rule.limit;
    if (isAllowed) window.used++;
    return { isAllowed, used: window.used, resetMs: window.startedAt + rule.perMs - now() };
  };
  return {
    take(operation, major, isRename, isExempt) {
      if (limits === "off") return { isAllowed: true, isGlobal: false, retryAfterMs: 0, headers: {} };
      const overall = isExempt ? undefined : count("global", GLOBAL);
      const rule = isRename ? RENAME : ruleFor(operation, limits);
      const own = overall && !overall.isAllowed ? overall : count(`${operation} ${major} ${isRename}`, rule);
      const isGlobal = overall !== undefined && !overall.isAllowed;
      const headers = {
        "x-ratelimit-limit": String(rule.limit),
        "x-ratelimit-remaining": String(Math.max(0, rule.limit - own.used)),
        "x-ratelimit-reset": ((now() + own.resetMs) / 1000).toFixed(3),
        "x-ratelimit-reset-after": (own.resetMs / 1000).toFixed(3),
        "x-ratelimit-bucket": bucketOf(operation),
      };
      return {
        isAllowed: own.isAllowed,
        isGlobal,
        retryAfterMs: own.resetMs,
        headers: isGlobal ? {} : headers,
      };
    },
  };
}

function ruleFor(operation: string, limits: RateLimits): Rule {
  if (operation === "create_message" && typeof limits === "object") {
    return { limit: limits.messages, perMs: limits.perMs };
  }
  return RULES[operation] ?? OTHER;
}

function bucketOf(operation: string): string {
  return Buffer.from(operation).toString("hex").padEnd(32, "0").slice(-32);
}
