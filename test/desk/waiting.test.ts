import { describe, expect, it } from "vitest";

import { phrasesIn } from "../../src/agent/phrases.ts";
import { nextOpening, waitingSentence } from "../../src/desk/waiting.ts";
import { reminderTimer } from "../../src/desk/reminders.ts";
import { HOUR, MINUTE, shopConfig } from "../servers/shop.ts";

const en = phrasesIn("en");
const weekdays = ["mon", "tue", "wed", "thu", "fri"] as const;
const hoursIn = (timezone: string, from = "09:00", to = "17:00") => ({
  timezone,
  days: [...weekdays],
  from,
  to,
});
const at = (iso: string) => Date.parse(iso);
const iso = (time: number) => new Date(time).toISOString();

describe("the waiting time that a customer is told", () => {
  const now = at("2026-11-20T10:00:00Z");
  const minutes = (...values: number[]) => values.map((value) => value * MINUTE);

  it("is the median of real claim times, not their average", () => {
    expect(waitingSentence(minutes(3, 4, 5, 6, 600), undefined, now, en)).toContain("about 5 minutes");
  });

  it("is not made up from too few claims", () => {
    expect(waitingSentence(minutes(1, 1, 1, 1), undefined, now, en)).toBe(en.waitUnknown);
    expect(waitingSentence([], undefined, now, en)).toBe(en.waitUnknown);
  });

  it("is at least a minute, and told in hours from an hour and a half", () => {
    expect(waitingSentence(minutes(0, 0, 0, 0, 0), undefined, now, en)).toContain("about 1 minute ");
    expect(waitingSentence(minutes(89, 89, 89, 89, 89), undefined, now, en)).toContain("89 minutes");
    expect(waitingSentence(minutes(90, 90, 90, 90, 90), undefined, now, en)).toContain("about 2 hours");
  });

  it("is when the desk opens, outside its hours, in the desk's own time", () => {
    const night = at("2026-11-20T23:00:00Z");
    const text = waitingSentence(minutes(1, 1, 1, 1, 1), hoursIn("Europe/Berlin"), night, en);
    expect(text).toBe(en.outOfHours("Mon 09:00 (Europe/Berlin)"));
  });
});

describe("the desk's hours", () => {
  it.each([
    ["open", "2026-11-20T10:00:00Z", "UTC", "2026-11-20T10:00:00.000Z"],
    ["before opening", "2026-11-20T07:10:00Z", "UTC", "2026-11-20T09:00:00.000Z"],
    ["at closing time", "2026-11-19T17:00:00Z", "UTC", "2026-11-20T09:00:00.000Z"],
    ["on Friday night", "2026-11-20T20:00:00Z", "UTC", "2026-11-23T09:00:00.000Z"],
    ["in another time zone", "2026-11-20T10:00:00Z", "America/New_York", "2026-11-20T14:00:00.000Z"],
    ["a zone off by 45 minutes", "2026-11-20T00:00:00Z", "Asia/Kathmandu", "2026-11-20T03:15:00.000Z"],
    [
      "over the weekend that clocks go back",
      "2026-10-23T20:00:00Z",
      "Europe/Berlin",
      "2026-10-26T08:00:00.000Z",
    ],
    ["the week before it", "2026-10-16T20:00:00Z", "Europe/Berlin", "2026-10-19T07:00:00.000Z"],
    [
      "over the weekend that clocks go forward",
      "2026-03-06T23:00:00Z",
      "America/New_York",
      "2026-03-09T13:00:00.000Z",
    ],
    ["the week before it", "2026-02-27T23:00:00Z", "America/New_York", "2026-03-02T14:00:00.000Z"],
  ])("%s: %s in %s opens at %s", (_when, now, zone, opens) => {
    expect(iso(nextOpening(hoursIn(zone), at(now)))).toBe(opens);
  });

  it("may go over midnight", () => {
    const night = hoursIn("UTC", "22:00", "06:00");
    expect(iso(nextOpening(night, at("2026-11-19T23:30:00Z")))).toBe("2026-11-19T23:30:00.000Z");
    expect(iso(nextOpening(night, at("2026-11-20T05:00:00Z")))).toBe("2026-11-20T05:00:00.000Z");
    expect(iso(nextOpening(night, at("2026-11-20T12:00:00Z")))).toBe("2026-11-20T22:00:00.000Z");
    expect(iso(nextOpening(night, at("2026-11-21T05:00:00Z"))), "Friday's night ends on Saturday").toBe(
      "2026-11-21T05:00:00.000Z",
    );
    expect(iso(nextOpening(night, at("2026-11-21T23:00:00Z"))), "Saturday's night is not worked").toBe(
      "2026-11-23T22:00:00.000Z",
    );
  });

  it("may open at odd minutes", () => {
    expect(iso(nextOpening(hoursIn("UTC", "09:10"), at("2026-11-20T03:00:00Z")))).toBe(
      "2026-11-20T09:10:00.000Z",
    );
  });
});

describe("the timer of a reminder", () => {
  const { desk } = shopConfig({ desk: { remind_after_minutes: [5, 15] } });
  const now = at("2026-11-20T16:50:00Z");

  it("follows the list, one after the other, to its end", () => {
    expect(reminderTimer("E-1", 0, desk, now)).toEqual({
      key: "remind:E-1",
      kind: "remind",
      ref: "E-1",
      dueAt: now + 5 * MINUTE,
    });
    expect(reminderTimer("E-1", 1, desk, now)?.dueAt).toBe(now + 15 * MINUTE);
    expect(reminderTimer("E-1", 2, desk, now)).toBeNull();
  });

  it("wakes nobody outside the desk's hours", () => {
    const open = { ...desk, hours: hoursIn("UTC") };
    expect(reminderTimer("E-1", 0, open, now)?.dueAt).toBe(now + 5 * MINUTE);
    expect(reminderTimer("E-1", 1, open, now)?.dueAt).toBe(at("2026-11-23T09:00:00Z"));
    expect(reminderTimer("E-1", 0, open, now + 30 * HOUR)?.dueAt).toBe(at("2026-11-23T09:00:00Z"));
  });
});
