/** An answer `{ok:false}` of the Web API: `error` is Slack's own code, `more` is merged into the answer. */
export class SlackRefusal extends Error {
  readonly error: string;
  readonly more: Readonly<Record<string, unknown>>;
  constructor(error: string, more: Readonly<Record<string, unknown>> = {}) {
    super(`${error} ${JSON.stringify(more)}`);
    this.error = error;
    this.more = more;
  }
}

/** HTTP 429 with Retry-After, as Slack's rate limits answer. */
export class SlackTooFast extends Error {
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super(`ratelimited, retry after ${retryAfterSeconds} s`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
