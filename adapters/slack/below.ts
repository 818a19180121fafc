import type { types } from "@slack/bolt";

import type { Citation, Offer } from "../../src/domain.ts";
import { ACTIONS, feedbackValue } from "./buttons.ts";
import { isAddress } from "./inline.ts";
import { escapeText, oneLine, shorten } from "./plain.ts";

/** What may stand under a reply or a notice. */
export interface Below {
  readonly delivery: string;
  readonly citations?: readonly Citation[] | undefined;
  readonly offers?: readonly Offer[] | undefined;
  readonly asksRating?: boolean | undefined;
  readonly asksFeedback?: boolean | undefined;
}

/** Sources, then what the reader may do, then what they may say about it. */
export function blocksBelow(below: Below): types.KnownBlock[] {
  return [
    ...sources(below.citations ?? []),
    ...offers(below.offers ?? []),
    ...(below.asksRating ? [rating()] : []),
    ...(below.asksFeedback ? [feedback(below.delivery)] : []),
  ];
}

export function button(text: string, actionId: string, value: string): types.Button {
  return { type: "button", action_id: actionId, value, text: { type: "plain_text", text, emoji: true } };
}

/** A link in Slack's own markup, from words that anybody may have written. */
export function link(url: string, label: string): string {
  return `<${escapeText(url)}|${escapeText(oneLine(label)).replaceAll("|", "¦")}>`;
}

/** Slack allows 3,000 characters; nobody reads more sources than these. */
const MOST_SOURCES = 8;
const LONGEST_TITLE = 120;
const LONGEST_LINK = 220;

function sources(citations: readonly Citation[]): types.KnownBlock[] {
  const seen = new Set<string>();
  const named = citations.filter((citation) => {
    const key = citation.url ?? citation.title;
    return !seen.has(key) && seen.add(key);
  });
  if (named.length === 0) return [];
  const listed = named.slice(0, MOST_SOURCES).map(sourceText).join(" · ");
  const word = named.length === 1 ? "Source" : "Sources";
  const text = `${word}: ${listed}`;
  return [{ type: "context", elements: [{ type: "mrkdwn", verbatim: true, text }] }];
}

function sourceText({ title, url, id }: Citation): string {
  const label = shorten(oneLine(title) || id, LONGEST_TITLE);
  const canLink = url !== undefined && isAddress(url) && url.length <= LONGEST_LINK;
  return canLink ? link(url, label) : escapeText(label);
}

const OFFERS: Readonly<Record<Offer, string>> = {
  verify_email: "Verify my e-mail",
  enter_code: "Enter the code",
};

function offers(offered: readonly Offer[]): types.KnownBlock[] {
  const elements = [...new Set(offered)].map((offer) => button(OFFERS[offer], ACTIONS[offer], offer));
  return elements.length > 0 ? [{ type: "actions", elements }] : [];
}

const SCORES = ["1 – poor", "2", "3", "4", "5 – great"];

function rating(): types.KnownBlock {
  return {
    type: "actions",
    elements: SCORES.map((label, at) => button(label, `${ACTIONS.rate}${at + 1}`, String(at + 1))),
  };
}

function feedback(delivery: string): types.KnownBlock {
  const thumb = (text: string, helpful: boolean) => ({
    text: { type: "plain_text" as const, text },
    accessibility_label: helpful ? "This answer helped" : "This answer did not help",
    value: feedbackValue(delivery, helpful),
  });
  return {
    type: "context_actions",
    elements: [
      {
        type: "feedback_buttons",
        action_id: ACTIONS.feedback,
        positive_button: thumb("Helpful", true),
        negative_button: thumb("Not helpful", false),
      },
    ],
  };
}
