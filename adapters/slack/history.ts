import type { webApi } from "@slack/bolt";

import { DeskhandError } from "../../src/errors.ts";
import type { SlackPlace } from "./address.ts";
import { DELIVERY_METADATA } from "./buttons.ts";

type Channel = Extract<SlackPlace, { kind: "channel" }>;

/** How often history may be read, for each workspace by itself. */
export interface HistoryAllowance {
  /** Throws `delivery_waits` with the time until the next call is allowed. */
  take(team: string): void;
  /** Messages a call. */
  readonly page: number;
}

const MINUTE = 60_000;
/** Where Slack allows one call a minute it allows this many messages with it. */
const SMALL_PAGE = 15;
const PAGE = 100;

export function createHistoryAllowance(callsPerMinute: number, now: () => number): HistoryAllowance {
  const taken = new Map<string, number[]>();
  return {
    page: callsPerMinute > 1 ? PAGE : SMALL_PAGE,
    take(team) {
      const at = now();
      const recent = (taken.get(team) ?? []).filter((time) => at - time < MINUTE);
      const [oldest] = recent;
      taken.set(team, recent);
      if (oldest !== undefined && recent.length >= callsPerMinute) {
        const retryAfterMs = oldest + MINUTE - at;
        const what = `Whether the message is there already is looked up in ${Math.ceil(retryAfterMs / 1_000)} s.`;
        throw new DeskhandError("delivery_waits", what, { retryable: true, retryAfterMs });
      }
      recent.push(at);
    },
  };
}

/** What of a delivery is on the platform: the message of each part, and our files by `fileKey`. */
export interface Found {
  readonly parts: Map<string, string>;
  readonly files: Map<string, string>;
}

export interface LookUp {
  readonly client: webApi.WebClient;
  readonly team: string;
  readonly place: Channel;
  readonly delivery: string;
  readonly since: number;
  /** Whose files are ours. */
  readonly botUserId: string;
  readonly allowance: HistoryAllowance;
  /** Where an earlier look-up had to stop. */
  readonly cursor: string | undefined;
  /** Called after each page with where to go on. */
  readonly onPage: (cursor: string | undefined) => void;
}

/** Our clock and Slack's may differ. */
const CLOCKS_DIFFER_MS = 60_000;

/** Reads the place from `since` on for parts of the delivery, into `found`. Throws what the calls throw. */
export async function findSent(found: Found, lookUp: LookUp): Promise<void> {
  const { client, place, allowance, onPage } = lookUp;
  let { cursor } = lookUp;
  do {
    allowance.take(lookUp.team);
    const range = {
      channel: place.channel,
      oldest: String((lookUp.since - CLOCKS_DIFFER_MS) / 1_000),
      include_all_metadata: true,
      limit: allowance.page,
      ...(cursor !== undefined && { cursor }),
    };
    const page =
      place.thread === undefined
        ? await client.conversations.history(range)
        : await client.conversations.replies({ ...range, ts: place.thread });
    for (const message of page.messages ?? []) note(message, found, lookUp);
    cursor = page.has_more ? page.response_metadata?.next_cursor || undefined : undefined;
    onPage(cursor);
  } while (cursor !== undefined);
}

type Seen = NonNullable<webApi.ConversationsHistoryResponse["messages"]>[number];

function note(message: Seen, { parts, files }: Found, { delivery, botUserId }: LookUp): void {
  const { ts, metadata } = message;
  const payload: Readonly<Record<string, unknown>> = metadata?.event_payload ?? {};
  if (ts && metadata?.event_type === DELIVERY_METADATA && payload["delivery"] === delivery) {
    parts.set(String(payload["part"]), ts);
  }
  if (message.user !== botUserId) return;
  for (const { id, name, size } of message.files ?? []) {
    if (id && name && size !== undefined) files.set(fileKey(name, size), id);
  }
}

/** Files carry no mark of their delivery: name and size tell them apart well enough within minutes. */
export function fileKey(name: string, bytes: number): string {
  return `${bytes} ${name}`;
}
