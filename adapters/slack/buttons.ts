import type { StaffAction } from "../../src/domain.ts";

/**
 * What our buttons carry: the `action_id` says what, the `value` about which escalation or answer. Both come back as
 * they were sent, but anyone who can send requests in somebody's name could have changed them: code checks them again.
 */
export const ACTIONS = {
  claim: "deskhand_claim",
  resolve: "deskhand_resolve",
  hand_back: "deskhand_hand_back",
  /** The score is at the end: `deskhand_rate_4`. */
  rate: "deskhand_rate_",
  feedback: "deskhand_feedback",
  reveal: "deskhand_reveal",
  verify_email: "deskhand_verify_email",
  enter_code: "deskhand_enter_code",
  unlink: "deskhand_unlink",
} as const satisfies Record<StaffAction, string> & Record<string, string>;

/** The modals, by `callback_id`; what they are about is in `private_metadata` as JSON. */
export const FORMS = {
  resolve: "deskhand_resolve_form",
  verify_email: "deskhand_verify_form",
  enter_code: "deskhand_code_form",
} as const;

/** The one input of each modal. */
export const FORM_INPUT = { block: "deskhand_input", action: "deskhand_value" } as const;

/** `event_type` of the metadata on every message that Deskhand posts; its payload holds `delivery` and `part`. */
export const DELIVERY_METADATA = "deskhand_delivery";

/** The value of a thumb: the answer's delivery id and the verdict. */
export function feedbackValue(answer: string, helpful: boolean): string {
  return `${helpful ? "up" : "down"} ${answer}`;
}

export function readFeedback(value: string): { readonly answer: string; readonly helpful: boolean } | null {
  const match = /^(up|down) (\S+)$/.exec(value);
  return match?.[2] === undefined ? null : { answer: match[2], helpful: match[1] === "up" };
}
