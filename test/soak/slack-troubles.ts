import type { SlackServer } from "../servers/slack/index.ts";
import type { Random } from "../servers/random.ts";

export interface Troubles {
  /** Called for each message: now and then something goes wrong. */
  maybe(): void;
  /** Ends what goes on by itself. */
  end(): void;
  readonly happened: number;
}

const SHARE = 0.12;
const SHORT_MS = 300;

/** What goes wrong between Slack and us: broken lines, lost acknowledgements and answers, repeats, limits. */
export function slackTroubles(slack: SlackServer, random: Random, mode: "socket" | "http"): Troubles {
  const post = "chat.postMessage";
  const timers = new Set<NodeJS.Timeout>();
  let happened = 0;
  const lines: (() => void)[] = [
    () => slack.socket.drop(1),
    () => slack.socket.drop(),
    () => slack.socket.disconnect("refresh_requested"),
    () => slack.socket.disconnect("warning"),
    loseAcks,
  ];
  const calls: (() => void)[] = [
    () => slack.failNext(post, { status: 500 }),
    () => slack.failNext(post, { status: 500, afterApplying: true }),
    () => slack.failNext(post, { status: 503, times: 2 }),
    () => slack.failNext(post, { cut: true }),
    () => slack.failNext(post, { cut: true, afterApplying: true }),
    () => slack.failNext(post, { status: 429, retryAfterSeconds: 1 }),
    () => slack.failNext("users.info", { status: 500 }),
    () => slack.failNext("conversations.replies", { status: 429, retryAfterSeconds: 1 }),
    again,
  ];
  const all = mode === "socket" ? [...lines, ...calls] : calls;

  function loseAcks(): void {
    slack.socket.loseAcks(true);
    const timer = setTimeout(() => slack.socket.loseAcks(false), SHORT_MS);
    timers.add(timer);
  }

  /** What was delivered long ago comes once more. */
  function again(): void {
    const done = slack.deliveries.filter(({ state }) => state === "acknowledged");
    const some = random.shuffled(done).slice(0, 5);
    void slack.redeliver({ deliveries: some });
  }

  return {
    maybe() {
      if (!random.chance(SHARE)) return;
      happened++;
      all[random.between(0, all.length - 1)]?.();
    },
    end() {
      for (const timer of timers) clearTimeout(timer);
      slack.socket.loseAcks(false);
    },
    get happened() {
      return happened;
    },
  };
}
