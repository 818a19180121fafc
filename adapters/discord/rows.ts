import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIComponentInMessageActionRow,
  ButtonStyle,
  ComponentType,
} from "discord.js";

import type { Card, Offer, OutboundContent } from "../../src/domain.ts";
import { type ButtonName, customId } from "./buttons.ts";
import { openable } from "./text.ts";

export type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

const SCORES = [1, 2, 3, 4, 5] as const;
const LONGEST_URL = 512;
const OFFERS: Readonly<Record<Offer, string>> = {
  verify_email: "Verify my e-mail",
  enter_code: "Enter the code",
};

/** What a reader may press under a message. Empty when there is nothing to press. */
export function rowsUnder(deliveryId: string, content: OutboundContent): Row[] {
  if (content.kind !== "reply" && content.kind !== "notice") return [];
  const offers = (content.offers ?? []).map((offer) => button(offer, "", OFFERS[offer], ButtonStyle.Primary));
  if (content.kind === "notice") return rows(offers);
  return rows(
    offers,
    content.asksRating ? SCORES.map((score) => button("rate", String(score), String(score))) : [],
    content.asksFeedback
      ? [button("helpful", deliveryId, "👍 Helpful"), button("unhelpful", deliveryId, "👎 Not helpful")]
      : [],
  );
}

export function revealRow(deliveryId: string): Row[] {
  return rows([button("reveal", deliveryId, "Show my answer", ButtonStyle.Primary)]);
}

/** What staff may do now: an escalation that is done has no buttons left but the link. */
export function cardRow({ escalationId, status, link }: Card): Row[] {
  const url = link && link.length <= LONGEST_URL ? openable(link) : null;
  const act = (name: ButtonName, label: string, style?: PressedStyle) =>
    button(name, escalationId, label, style);
  const isLive = status === "open" || status === "claimed";
  return rows([
    ...(status === "open" ? [act("claim", "Claim", ButtonStyle.Primary)] : []),
    ...(isLive ? [act("resolve", "Resolve", ButtonStyle.Success), act("hand_back", "Hand back")] : []),
    ...(url
      ? [
          {
            type: ComponentType.Button,
            style: ButtonStyle.Link,
            label: "Open the conversation",
            url,
          } as const,
        ]
      : []),
  ]);
}

type PressedStyle = ButtonStyle.Primary | ButtonStyle.Secondary | ButtonStyle.Success;

function button(
  name: ButtonName,
  about: string,
  label: string,
  style: PressedStyle = ButtonStyle.Secondary,
): APIButtonComponent {
  return { type: ComponentType.Button, style, label, custom_id: customId(name, about) };
}

function rows(...groups: readonly (readonly APIButtonComponent[])[]): Row[] {
  return groups
    .filter(({ length }) => length > 0)
    .map((group) => ({ type: ComponentType.ActionRow, components: [...group] }));
}
