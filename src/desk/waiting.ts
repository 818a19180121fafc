import type { phrasesIn } from "../agent/phrases.ts";
import type { DeskHours } from "../config/schema.ts";

/** Fewer claims than this say nothing about how long the next one takes. */
const ENOUGH_CLAIMS = 5;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STEP = 15 * MINUTE;
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** How many of the last claims the waiting time is measured from. */
export const CLAIMS_MEASURED = 20;

/** An honest waiting time: the median of the last real claim times, when the desk opens, or that we cannot say. */
export function waitingSentence(
  claimTimes: readonly number[],
  hours: DeskHours | undefined,
  now: number,
  phrases: ReturnType<typeof phrasesIn>,
): string {
  const opensAt = hours ? nextOpening(hours, now) : now;
  if (hours && opensAt > now) return phrases.outOfHours(clockTime(opensAt, hours.timezone));
  if (claimTimes.length < ENOUGH_CLAIMS) return phrases.waitUnknown;
  const sorted = [...claimTimes].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  if (median < 90 * MINUTE) return phrases.waitMinutes(Math.max(1, Math.round(median / MINUTE)));
  return phrases.waitHours(Math.round(median / HOUR));
}

/** `now` when the desk is open, otherwise the minute in which it opens. */
export function nextOpening(hours: DeskHours, now: number): number {
  const isOpenAt = openingsOf(hours);
  if (isOpenAt(now)) return now;
  const first = Math.ceil(now / STEP) * STEP;
  for (let at = first; at < now + 8 * 24 * HOUR; at += STEP) {
    if (!isOpenAt(at)) continue;
    while (at - MINUTE > now && isOpenAt(at - MINUTE)) at -= MINUTE;
    return at;
  }
  return now;
}

/** Hours that end before they begin go over midnight and belong to the day on which they began. */
function openingsOf({ timezone, days, from, to }: DeskHours): (at: number) => boolean {
  const clock = clockIn(timezone);
  return (at) => {
    const parts = clock.formatToParts(at);
    const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? "";
    const day = DAYS.findIndex((name) => name === part("weekday").toLowerCase());
    const time = `${part("hour")}:${part("minute")}`;
    const isWorked = (index: number) => days.some((name) => name === DAYS[(index + 7) % 7]);
    if (from < to) return isWorked(day) && time >= from && time < to;
    return (time >= from && isWorked(day)) || (time < to && isWorked(day - 1));
  };
}

function clockTime(at: number, timezone: string): string {
  return `${clockIn(timezone).format(at)} (${timezone})`;
}

function clockIn(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}
