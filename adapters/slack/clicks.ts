import { STAFF_COMMANDS, type InboundBody } from "../../src/domain.ts";
import { toAddress, type SlackPlace } from "./address.ts";
import { ACTIONS, FORM_INPUT, FORMS, readFeedback } from "./buttons.ts";
import { type FormName, type FormSubject, readSubject } from "./forms.ts";
import { isDirectMessage, type Surroundings, timeOf, type Unsigned } from "./normalise.ts";
import { clickBody, commandBody, formBody, shortcutBody, type SlackClick } from "./payload.ts";
import { plainText } from "./text.ts";

/** What a click, a form or a command is to us: an event, a form to open, a mistake to point out, words to say. */
export type Pressed =
  | { readonly kind: "event"; readonly event: Unsigned }
  | { readonly kind: "form"; readonly form: FormName; readonly subject: FormSubject }
  | { readonly kind: "invalid"; readonly message: string }
  | { readonly kind: "help" };

type Here = Pick<Surroundings, "team">;

/** A button. Null when it is none of ours. The same click gives the same event however often Slack delivers it. */
export function normaliseClick(body: unknown, { team }: Here): Pressed | null {
  const read = clickBody.safeParse(body);
  if (!read.success) return null;
  const click = read.data;
  const [{ action_id: action, value, action_ts }] = click.actions;
  const about = value ?? "";
  const message = click.container?.message_ts ?? "";
  const asked = pressed(action, about, click, team);
  if (!asked || "kind" in asked) return asked;
  const { body: said, at } = asked;
  return {
    kind: "event",
    event: {
      eventId: `a:${team}:${click.user.id}:${message}:${action}:${action_ts ?? click.trigger_id ?? ""}`,
      address: toAddress(at),
      visibility: visibilityOf(at),
      author: authorOf(click.user, team),
      sentAt: timeOf(action_ts ?? ""),
      body: said,
      atDesk: false,
    },
  };
}

interface Asked {
  readonly body: InboundBody;
  readonly at: SlackPlace;
}

function pressed(action: string, value: string, click: SlackClick, team: string): Asked | Pressed | null {
  const conversation = conversationOf(click, team);
  const answerAt = answerPlace(click, team);
  const escalation = value === "" ? {} : { escalationId: value };
  switch (action) {
    case ACTIONS.claim:
      return { body: { kind: "action", action: "claim", ...escalation }, at: conversation };
    case ACTIONS.hand_back:
      return { body: { kind: "action", action: "hand_back", ...escalation }, at: conversation };
    case ACTIONS.resolve:
      return { kind: "form", form: "resolve", subject: { at: conversation, ...escalation } };
    case ACTIONS.feedback: {
      const feedback = readFeedback(value);
      return feedback && { body: { kind: "feedback", ...feedback }, at: conversation };
    }
    case ACTIONS.reveal:
      return { body: { kind: "reveal", answer: value }, at: answerAt };
    case ACTIONS.verify_email:
      return { kind: "form", form: "verify_email", subject: { at: answerAt } };
    case ACTIONS.enter_code:
      return { kind: "form", form: "enter_code", subject: { at: answerAt } };
    case ACTIONS.unlink:
      return { body: { kind: "unlink" }, at: answerAt };
    default:
      return rating(action, conversation);
  }
}

function rating(action: string, at: SlackPlace): Asked | null {
  const score = Number(action.startsWith(ACTIONS.rate) && action.slice(ACTIONS.rate.length));
  return Number.isInteger(score) && score >= 1 && score <= 5 ? { body: { kind: "rate", score }, at } : null;
}

/** A form that was sent. Null when it is none of ours. */
export function normaliseForm(body: unknown, { team }: Here): Pressed | null {
  const read = formBody.safeParse(body);
  if (!read.success) return null;
  const { view, user } = read.data;
  const subject = readSubject(view.private_metadata ?? "");
  const value = view.state.values[FORM_INPUT.block]?.[FORM_INPUT.action]?.value?.trim() ?? "";
  const said = subject && filled(view.callback_id, value, subject);
  if (!said || "kind" in said) return said;
  return {
    kind: "event",
    event: {
      // A form is sent once; Slack gives each form that it opens an id of its own.
      eventId: `f:${team}:${view.id}`,
      address: toAddress(subject.at),
      visibility: visibilityOf(subject.at),
      author: authorOf(user, team),
      sentAt: 0,
      body: said.body,
      atDesk: false,
    },
  };
}

function filled(
  form: string,
  value: string,
  { escalationId }: FormSubject,
): { readonly body: InboundBody } | Pressed | null {
  switch (form) {
    case FORMS.resolve:
      return {
        body: {
          kind: "action",
          action: "resolve",
          ...(escalationId !== undefined && { escalationId }),
          ...(value !== "" && { note: value }),
        },
      };
    case FORMS.verify_email:
      return isEmail(value)
        ? { body: { kind: "verify", email: value } }
        : { kind: "invalid", message: "Please write the whole address, such as ann@example.com." };
    case FORMS.enter_code:
      return value === ""
        ? { kind: "invalid", message: "Please write the code from the e-mail." }
        : { body: { kind: "verify_code", code: value } };
    default:
      return null;
  }
}

/** Enough to catch a slip; whether the mailbox exists shows when the code arrives. */
function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/.test(text);
}

/** `/deskhand …`. Null when the payload is not as documented. */
export function normaliseCommand(body: unknown, { team }: Here): Pressed | null {
  const read = commandBody.safeParse(body);
  if (!read.success) return null;
  const { user_id: user, channel_id: channel, response_url: url, trigger_id } = read.data;
  const at: SlackPlace = { kind: "response", team, channel, user, url };
  const typed = plainText({ text: read.data.text }, { botUserId: "", nameOf: (id) => id });
  const [, word = "", rest = ""] = /^(\S*)\s*([\s\S]*)$/.exec(typed) ?? [];
  const asked = commanded(word.toLowerCase(), rest.trim(), at);
  if ("kind" in asked) return asked;
  return {
    kind: "event",
    event: {
      eventId: `c:${team}:${trigger_id}`,
      address: toAddress(at),
      visibility: "private",
      author: { user, isStranger: false },
      sentAt: 0,
      body: asked.body,
      atDesk: false,
    },
  };
}

function commanded(
  word: string,
  rest: string,
  at: SlackPlace,
): { readonly body: InboundBody } | Exclude<Pressed, { kind: "event" }> {
  const command = STAFF_COMMANDS.find((one) => one === word);
  if (command) return { body: { kind: "command", command, text: rest } };
  if (word === "tickets") return { body: { kind: "tickets" } };
  if (word === "unlink") return { body: { kind: "unlink" } };
  if (word === "verify" && isEmail(rest)) return { body: { kind: "verify", email: rest } };
  if (word === "verify") return { kind: "form", form: "verify_email", subject: { at } };
  if (word === "code" && rest !== "") return { body: { kind: "verify_code", code: rest } };
  if (word === "code") return { kind: "form", form: "enter_code", subject: { at } };
  return { kind: "help" };
}

/** "Call a person" in a message's menu. The words count only when they are of the one who calls. */
export function normaliseShortcut(body: unknown, where: Surroundings): Unsigned | null {
  const read = shortcutBody.safeParse(body);
  if (!read.success) return null;
  const { user, message } = read.data;
  const channel = read.data.channel.id;
  const isDirect = isDirectMessage(channel);
  const mode = isDirect ? "dm" : where.settings.modeOf(channel);
  if (mode === "off") return null;
  const thread = message.thread_ts || (isDirect ? undefined : message.ts);
  const own = message.user === user.id ? plainText(message, where) : "";
  return {
    // The message itself has come already, under its own id; a second call for it is the same call.
    eventId: `s:${where.team}:${channel}:${message.ts}:${user.id}`,
    address: toAddress({ kind: "channel", team: where.team, channel, ...(thread && { thread }) }),
    visibility: isDirect ? "private" : "public",
    author: authorOf(user, where.team),
    atDesk: channel === where.settings.deskChannel,
    sentAt: 0,
    body: {
      kind: "message",
      messageId: `call:${message.ts}:${user.id}`,
      text: own || "I would like a person to look at this.",
      mode,
      opens: false,
      addressed: true,
      attachments: [],
      callsPerson: true,
    },
  };
}

/** The conversation that the button's message stands in; the home page of the person where there is no message. */
function conversationOf(click: SlackClick, team: string): SlackPlace {
  const channel = click.channel?.id ?? click.container?.channel_id;
  if (!channel) return { kind: "home", team, user: click.user.id };
  const thread = click.message?.thread_ts || click.container?.thread_ts;
  const own = isDirectMessage(channel) ? undefined : (click.container?.message_ts ?? click.message?.ts);
  const root = thread || own;
  return { kind: "channel", team, channel, ...(root && { thread: root }) };
}

/** Where the answer is shown to the person alone. From the home page that is their direct messages. */
function answerPlace(click: SlackClick, team: string): SlackPlace {
  const url = click.response_url;
  const channel = click.channel?.id ?? click.container?.channel_id;
  const thread = click.message?.thread_ts || click.container?.thread_ts;
  if (url && channel) {
    return { kind: "response", team, channel, user: click.user.id, url, ...(thread && { thread }) };
  }
  const direct = readSubject(click.view?.private_metadata ?? "")?.at;
  return direct ?? { kind: "home", team, user: click.user.id };
}

function visibilityOf(place: SlackPlace): Unsigned["visibility"] {
  return place.kind === "channel" && !isDirectMessage(place.channel) ? "public" : "private";
}

function authorOf(user: { readonly id: string; readonly team_id?: string | null | undefined }, team: string) {
  return { user: user.id, isStranger: typeof user.team_id === "string" && user.team_id !== team };
}
