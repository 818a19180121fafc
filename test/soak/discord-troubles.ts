import type { DiscordServer } from "../servers/discord/index.ts";
import type { Random } from "../servers/random.ts";
import type { Troubles } from "./slack-troubles.ts";

export interface DiscordTroubles extends Troubles {
  /** No session is lost until the function that comes back is called. */
  keepSession(): () => void;
  /** How many want it kept. */
  keeping(): number;
}

const SHARE = 0.12;
const SHORT_MS = 300;
/** After each, discord.js waits five seconds before it identifies again: more of them would only make it slow. */
const MOST_LOST_SESSIONS = 3;
const REPLAYED = 5;

/** What goes wrong between Discord and us: broken lines, resumed and lost sessions, repeats, lost answers, limits. */
export function discordTroubles(discord: DiscordServer, random: Random): DiscordTroubles {
  const post = "POST /channels/:id/messages";
  const { gateway } = discord;
  const timers = new Set<NodeJS.Timeout>();
  const ends = new Set<() => void>();
  let happened = 0;
  let lost = 0;
  let keeping = 0;
  const all: (() => void)[] = [
    () => gateway.drop(),
    () => gateway.drop(4000),
    () => gateway.askToReconnect(),
    () => gateway.invalidate(true),
    () => loseSession(() => gateway.invalidate(false)),
    () => loseSession(() => gateway.loseSessions()),
    () =>
      during(
        SHORT_MS,
        () => gateway.hold(),
        () => gateway.release(),
      ),
    unreachable,
    again,
    () => discord.failNext(post, { status: 500 }),
    () => discord.failNext(post, { status: 500, afterApplying: true }),
    () => discord.failNext(post, { status: 503, times: 2 }),
    () => discord.failNext(post, { cut: true }),
    () => discord.failNext(post, { cut: true, afterApplying: true }),
    () => discord.failNext(post, { status: 429, retryAfter: 0.3 }),
    () => discord.failNext(post, { status: 429, retryAfter: 0.2, isGlobal: true }),
    () => discord.failNext("POST /channels/:id/messages/:id/threads", { status: 500 }),
    () => discord.failNext("POST /channels/:id/messages/:id/threads", { cut: true, afterApplying: true }),
    () => discord.failNext("GET /channels/:id/messages", { status: 500 }),
  ];

  function loseSession(how: () => void): void {
    if (keeping === 0 && lost++ < MOST_LOST_SESSIONS) how();
    else gateway.drop();
  }

  /** The line breaks, and for a moment there is no new one. */
  function unreachable(): void {
    during(
      SHORT_MS,
      () => gateway.accept(false),
      () => gateway.accept(true),
    );
    gateway.drop();
  }

  function during(ms: number, begin: () => void, end: () => void): void {
    begin();
    ends.add(end);
    timers.add(setTimeout(end, ms));
  }

  /** What was told long ago comes once more, as after a RESUME that began too early. */
  function again(): void {
    let left = REPLAYED;
    gateway.replay(({ name }) => name === "MESSAGE_CREATE" && random.chance(0.05) && left-- > 0);
  }

  return {
    keepSession() {
      keeping += 1;
      return () => {
        keeping -= 1;
      };
    },
    keeping: () => keeping,
    maybe() {
      if (!random.chance(SHARE)) return;
      happened++;
      all[random.between(0, all.length - 1)]?.();
    },
    end() {
      for (const timer of timers) clearTimeout(timer);
      for (const end of ends) end();
    },
    get happened() {
      return happened;
    },
  };
}
