import type { types } from "@slack/bolt";
import { z } from "zod";

import type { SlackPlace } from "./address.ts";
import { FORM_INPUT, FORMS } from "./buttons.ts";

export type FormName = keyof typeof FORMS;

/** What a form is about; it travels in the form and comes back with it. */
export interface FormSubject {
  readonly at: SlackPlace;
  readonly escalationId?: string;
}

const place = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("channel"),
    team: z.string(),
    channel: z.string(),
    thread: z.string().exactOptional(),
  }),
  z.object({
    kind: z.literal("response"),
    team: z.string(),
    channel: z.string(),
    user: z.string(),
    url: z.string(),
    thread: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal("home"), team: z.string(), user: z.string() }),
]);
const subject = z.object({ at: place, escalationId: z.string().exactOptional() });

/** Null for what none of our forms carries. */
export function readSubject(metadata: string): FormSubject | null {
  try {
    const read = subject.safeParse(JSON.parse(metadata));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

export function writeSubject(about: FormSubject): string {
  return JSON.stringify(about);
}

interface Wording {
  readonly title: string;
  readonly submit: string;
  readonly label: string;
  readonly hint: string;
  readonly input: Pick<types.InputBlock, "element" | "optional">;
}

/** Opened at once, without asking the core: a trigger id lives for three seconds. */
export function formView(form: FormName, about: FormSubject): types.ModalView {
  const { title, submit, label, hint, input } = WORDING[form];
  return {
    type: "modal",
    callback_id: FORMS[form],
    private_metadata: writeSubject(about),
    title: plain(title),
    submit: plain(submit),
    close: plain("Cancel"),
    blocks: [{ type: "input", block_id: FORM_INPUT.block, label: plain(label), hint: plain(hint), ...input }],
  };
}

function plain(text: string): types.PlainTextElement {
  return { type: "plain_text", text };
}

const action_id = FORM_INPUT.action;

const WORDING: Readonly<Record<FormName, Wording>> = {
  resolve: {
    title: "Resolve",
    submit: "Resolve",
    label: "What solved it?",
    hint: "For the knowledge base: it is listed with the question. The customer does not see it.",
    input: {
      optional: true,
      element: { type: "plain_text_input", action_id, multiline: true, max_length: 2_000 },
    },
  },
  verify_email: {
    title: "Verify your e-mail",
    submit: "Send the code",
    label: "Your e-mail address",
    hint: "The one you use with us. A code is sent to it.",
    input: {
      element: {
        type: "email_text_input",
        action_id,
        placeholder: plain("ann@example.com"),
        focus_on_load: true,
      },
    },
  },
  enter_code: {
    title: "Enter the code",
    submit: "Confirm",
    label: "The code from the e-mail",
    hint: "Nobody from our team will ever ask you for it.",
    input: { element: { type: "plain_text_input", action_id, max_length: 40, focus_on_load: true } },
  },
};
