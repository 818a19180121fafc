import type { InboundBody, InboundEvent, Person, StaffAction } from "../../src/domain.ts";
import { toAddress } from "./address.ts";
import type { ButtonName } from "./buttons.ts";
import { type Form, formFor, hasForm } from "./forms.ts";
import type { Asked, What } from "./interaction-payloads.ts";
import { addressIn, linkIn, type Spot, timeOfId, visibilityIn } from "./spots.ts";

/** What a click or command comes to. `silent` leaves the message with the button as it is. */
export type Decision =
  | { readonly kind: "form"; readonly form: Form }
  | { readonly kind: "tell"; readonly text: string }
  | { readonly kind: "take"; readonly event: InboundEvent; readonly answer: Answer };

/** How Discord is told that it arrived: with nothing, with the promise of an answer, or with a line of our own. */
export type Answer = "silent" | "later" | { readonly text: string };

export interface DecideInput {
  readonly asked: Asked;
  readonly sender: Person;
  /** Where it was clicked; null where we have no business. */
  readonly spot: Spot | null;
  /** The event of the message that "Ask Deskhand" or "Escalate" was chosen for; null when it is none for us. */
  readonly chosen: InboundEvent | null;
}

const STAFF_ONLY = "Only staff can do this.";
const ELSEWHERE = "Deskhand is not switched on here.";

/** Pure: the same click by the same person gives the same event, however often Discord sends it. */
export function decide(input: DecideInput): Decision {
  const { what } = input.asked;
  switch (what.kind) {
    case "button":
      return hasForm(what.button) && isAllowed(what.button, input.sender)
        ? { kind: "form", form: formFor(what.button, what.about) }
        : click(what.button, what.about, "", input);
    case "form":
      return click(what.form, what.about, what.value, input);
    case "desk":
      if (input.sender.role !== "staff") return { kind: "tell", text: STAFF_ONLY };
      return alone({ kind: "command", command: what.command, text: what.text }, input);
    case "verify":
      return what.email === null
        ? { kind: "form", form: formFor("verify_email", "") }
        : alone({ kind: "verify", email: what.email }, input);
    case "unlink":
      return alone({ kind: "unlink" }, input);
    case "tickets":
      return alone({ kind: "tickets" }, input);
    case "chosen":
      return choose(what, input);
  }
}

const FOR_STAFF: ReadonlySet<ButtonName> = new Set(["claim", "resolve", "hand_back"]);

function isAllowed(button: ButtonName, { role }: Person): boolean {
  return role === "staff" || !FOR_STAFF.has(button);
}

/** A button without a form, or a form that was sent. */
function click(button: ButtonName, about: string, value: string, input: DecideInput): Decision {
  if (!isAllowed(button, input.sender)) return { kind: "tell", text: STAFF_ONLY };
  switch (button) {
    case "claim":
    case "resolve":
    case "hand_back":
      return act(button, about, value, input);
    case "rate": {
      const score = Number(about);
      if (!Number.isInteger(score) || score < 1 || score > 5) return { kind: "tell", text: "Choose 1 to 5." };
      return inPlace({ kind: "rate", score }, input);
    }
    case "helpful":
    case "unhelpful":
      return inPlace({ kind: "feedback", answer: about, helpful: button === "helpful" }, input);
    case "reveal":
      return alone({ kind: "reveal", answer: about }, input);
    case "verify_email":
      return alone({ kind: "verify", email: value }, input);
    case "enter_code":
      return alone({ kind: "verify_code", code: value }, input);
  }
}

/** A card's buttons. The thread of a card has the id of the card's message. */
function act(action: StaffAction, about: string, note: string, input: DecideInput): Decision {
  const named = about === "" ? {} : { escalationId: about };
  return inPlace({ kind: "action", action, ...named, ...(note !== "" && { note }) }, input);
}

/** What concerns the conversation in which the button stands. */
function inPlace(body: InboundBody, { asked, sender, spot }: DecideInput): Decision {
  if (!spot) return { kind: "tell", text: ELSEWHERE };
  const message = asked.message ?? asked.id;
  const event: InboundEvent = {
    eventId: asked.id,
    address: addressIn(spot, message),
    visibility: visibilityIn(spot),
    link: linkIn(spot, message),
    sender,
    sentAt: timeOfId(asked.id),
    body,
  };
  return { kind: "take", event, answer: "silent" };
}

/** What is answered so that this person alone sees it. */
function alone(body: InboundBody, { asked, sender }: DecideInput): Decision {
  const { guild, channel, application, token } = asked;
  const event: InboundEvent = {
    eventId: asked.id,
    address: toAddress({ kind: "interaction", guild: guild ?? "dm", channel, application, token }),
    visibility: "private",
    sender,
    sentAt: timeOfId(asked.id),
    body,
  };
  return { kind: "take", event, answer: "later" };
}

/** The author of a message, or staff, may have it worked. */
function choose({ choice, target }: Extract<What, { kind: "chosen" }>, input: DecideInput): Decision {
  const { sender, spot, chosen } = input;
  if (sender.id !== target.author.id && sender.role !== "staff") {
    return { kind: "tell", text: "Only the author of a message, or staff, can do this." };
  }
  if (!spot) return { kind: "tell", text: ELSEWHERE };
  if (!chosen) return { kind: "tell", text: "This is no message that Deskhand can work with." };
  const text =
    choice === "ask"
      ? "Deskhand is looking at it. The answer comes where the message is."
      : "A person is called. The answer comes where the message is.";
  return { kind: "take", event: chosen, answer: { text } };
}
