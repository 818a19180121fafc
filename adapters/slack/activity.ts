import type { webApi } from "@slack/bolt";

import type { Activity } from "../../src/adapter.ts";
import type { Log } from "../../src/ops/log.ts";
import type { SlackPlace } from "./address.ts";
import { clientEndedBy } from "./calls.ts";
import { slackCode } from "./failures.ts";

export interface ActivityDeps {
  readonly clientFor: (team: string) => Promise<webApi.WebClient>;
  readonly log: Log;
}

/** The line under a thread that says what the agent is doing. A courtesy: nothing comes of a failure. */
export interface Activities {
  /** Resolves once it, or something newer, is shown. */
  show(place: SlackPlace, activity: Activity): Promise<void>;
  /** Takes the line away where no message will. Resolves once it is gone, or something newer is shown. */
  hide(place: SlackPlace): Promise<void>;
  /**
   * Called before something is written into the place: what waits is not shown any more. The function that comes back
   * is called afterwards. Slack takes the line away with each message, but one that was under way may arrive behind it.
   */
  hush(place: SlackPlace): () => Promise<void>;
}

interface Line {
  /** Shown as soon as the call before it has ended: Slack would keep the one that comes last. */
  wanted: Activity | "nothing" | null;
  readonly shown: Promise<void>;
}

const SHOW_WITHIN_MS = 5_000;
/** Slack forgets a line by itself after two minutes; more than so many do not stand at once. */
const MOST_STANDING = 5_000;
const STATUS: Readonly<Record<Activity | "nothing", string>> = {
  nothing: "",
  reading: "is reading…",
  searching: "is searching the help centre…",
  answering: "is writing an answer…",
};

export function createActivities({ clientFor, log }: ActivityDeps): Activities {
  const lines = new Map<string, Line>();
  /** Threads that a line was shown in and nothing was written into since. */
  const standing = new Set<string>();
  /** Workspaces whose token may not show it. */
  const silent = new Set<string>();

  async function show(place: SlackPlace, activity: Activity): Promise<void> {
    if (!isThread(place) || silent.has(place.team)) return;
    if (standing.size >= MOST_STANDING) standing.clear();
    standing.add(keyOf(place));
    await put(place, activity);
  }

  async function hide(place: SlackPlace): Promise<void> {
    if (!isThread(place) || silent.has(place.team) || !standing.delete(keyOf(place))) return;
    await put(place, "nothing");
  }

  async function put(place: Thread, activity: Activity | "nothing"): Promise<void> {
    const key = keyOf(place);
    const known = lines.get(key);
    if (known) {
      known.wanted = activity;
      return known.shown;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const line: Line = { wanted: activity, shown: promise };
    lines.set(key, line);
    for (let wanted = takeWanted(line); wanted !== null; wanted = takeWanted(line)) {
      await setStatus(place, STATUS[wanted]);
    }
    lines.delete(key);
    resolve();
  }

  function hush(place: SlackPlace): () => Promise<void> {
    if (!isThread(place)) return nothing;
    const key = keyOf(place);
    standing.delete(key);
    const line = lines.get(key);
    if (!line) return nothing;
    line.wanted = null;
    return async () => {
      await line.shown;
      // The next question may be under way by now.
      if (!lines.has(key)) await setStatus(place, "");
    };
  }

  async function setStatus({ team, channel, thread }: Thread, status: string): Promise<void> {
    try {
      const client = clientEndedBy(await clientFor(team), AbortSignal.timeout(SHOW_WITHIN_MS), log);
      await client.assistant.threads.setStatus({ channel_id: channel, thread_ts: thread, status });
    } catch (error) {
      if (slackCode(error) === "missing_scope") silent.add(team);
      log.debug({ err: error }, "Slack did not show what is being done");
    }
  }

  return { show, hide, hush };
}

type Thread = Extract<SlackPlace, { kind: "channel" }> & { readonly thread: string };

function isThread(place: SlackPlace): place is Thread {
  return place.kind === "channel" && place.thread !== undefined;
}

function keyOf({ channel, thread }: Thread): string {
  return `${channel}/${thread}`;
}

async function nothing(): Promise<void> {}

function takeWanted(line: Line): Line["wanted"] {
  const { wanted } = line;
  line.wanted = null;
  return wanted;
}
