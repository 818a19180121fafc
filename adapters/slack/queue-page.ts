import type { types } from "@slack/bolt";

import type { Card, Overview } from "../../src/domain.ts";
import { richText } from "./blocks.ts";
import { cardButton, facts, headline, plain, since } from "./card.ts";
import { textInline } from "./inline.ts";
import { oneLine, shorten } from "./plain.ts";
import { COMMAND } from "./scopes.ts";

/** A view holds 100 blocks; a card takes two. */
const MOST_SHOWN = 15;
const LONGEST_SUMMARY = 280;

/** The app's page of a person from staff: what waits, what is theirs, how the last 24 hours went. */
export function queuePage({ queue, mine, lastDay, paused }: Overview): types.HomeView {
  return {
    type: "home",
    blocks: [
      ...(paused === null ? [] : [pauseLine(paused)]),
      ...section(`Waiting (${queue.length})`, queue, "Nobody waits."),
      ...section(`Yours (${mine.length})`, mine, "You have claimed nothing."),
      { type: "header", text: plain("The last 24 hours") },
      richText(...textInline(numbers(lastDay))),
    ],
  };
}

function pauseLine({ by, until }: NonNullable<Overview["paused"]>): types.KnownBlock {
  const who = shorten(oneLine(by), 80);
  return richText(
    ...textInline(`The AI is paused by ${who}; customers get a person.`, { bold: true }),
    ...(until === null ? [] : [...textInline(" It answers again: "), since(until), ...textInline(".")]),
    ...textInline(` ${COMMAND} resume wakes it${until === null ? "" : " sooner"}.`),
  );
}

function section(title: string, cards: readonly Card[], none: string): types.KnownBlock[] {
  const shown = cards.slice(0, MOST_SHOWN);
  const missing = cards.length - shown.length;
  return [
    { type: "header", text: plain(title) },
    ...(cards.length === 0 ? [line(none)] : []),
    ...shown.flatMap(entry),
    ...(missing > 0 ? [line(`And ${missing} more, in the staff channel.`)] : []),
    { type: "divider" },
  ];
}

function line(text: string): types.KnownBlock {
  return { type: "context", elements: [plain(text)] };
}

function entry(card: Card): types.KnownBlock[] {
  const summary = shorten(oneLine(card.summary), LONGEST_SUMMARY);
  const actions = card.status === "open" ? (["claim"] as const) : (["resolve", "hand_back"] as const);
  return [
    richText(
      ...textInline(`${headline(card)}\n`, { bold: true }),
      ...facts(card),
      ...textInline(summary === "" ? "" : `\n${summary}`),
    ),
    { type: "actions", elements: actions.map((action) => cardButton(action, card.escalationId)) },
  ];
}

function numbers(day: Overview["lastDay"]): string {
  return [
    `${day.answered} answered`,
    `${day.escalated} escalated`,
    `${day.resolved} resolved`,
    ...(day.claimedAfterMs === null ? [] : [`claimed after ${minutes(day.claimedAfterMs)} (median)`]),
    `$${(day.costMicros / 1_000_000).toFixed(2)} for models`,
  ].join(" · ");
}

function minutes(ms: number): string {
  const whole = Math.round(ms / 60_000);
  return whole < 1 ? "less than a minute" : `${whole} min`;
}
