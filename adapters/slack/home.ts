import type { types } from "@slack/bolt";

import { ACTIONS } from "./buttons.ts";
import { writeSubject } from "./forms.ts";
import { escapeText } from "./plain.ts";

export interface CustomerHome {
  readonly agent: string;
  readonly shop: string;
  readonly team: string;
  /** Their direct messages with us, where the answers to the buttons go; null when Slack did not name them. */
  readonly channel: string | null;
}

/** The app's page of somebody who is not staff. Staff get the queue, drawn by the outgoing half. */
export function customerHome({ agent, shop, team, channel }: CustomerHome): types.HomeView {
  const text = `*${escapeText(agent)}* answers questions about ${escapeText(shop)}. Write to it under *Messages*, or mention it in a channel.`;
  return {
    type: "home",
    ...(channel !== null && { private_metadata: writeSubject({ at: { kind: "channel", team, channel } }) }),
    blocks: [
      { type: "section", text: { type: "mrkdwn", text } },
      {
        type: "section",
        text: {
          type: "mrkdwn",
          text: "Questions about your own orders need your e-mail, proved once with a code that we mail to it.",
        },
      },
      {
        type: "actions",
        elements: [
          {
            type: "button",
            action_id: ACTIONS.verify_email,
            style: "primary",
            text: { type: "plain_text", text: "Verify my e-mail" },
          },
          {
            type: "button",
            action_id: ACTIONS.enter_code,
            text: { type: "plain_text", text: "Enter a code" },
          },
          {
            type: "button",
            action_id: ACTIONS.unlink,
            text: { type: "plain_text", text: "Forget my e-mail" },
          },
        ],
      },
    ],
  };
}
