import { ComponentType, TextInputStyle } from "discord.js";

import { type ButtonName, customId, FORM_INPUT } from "./buttons.ts";

/** A form as Discord draws it: a title and one labelled input. */
export interface Form {
  readonly custom_id: string;
  readonly title: string;
  readonly components: readonly unknown[];
}

/** Discord's limits: 45 characters for a title and a label, 100 for the line under it. */
const FORMS = {
  resolve: {
    title: "Resolve",
    label: "What solved it?",
    description: "For the ticket. The customer does not see it.",
    style: TextInputStyle.Paragraph,
    required: false,
    maxLength: 1_000,
  },
  verify_email: {
    title: "Show that an e-mail address is yours",
    label: "Your e-mail address",
    description: "We mail a code to it. Nobody in the channel sees what you write here.",
    style: TextInputStyle.Short,
    required: true,
    maxLength: 254,
  },
  enter_code: {
    title: "Enter the code from the e-mail",
    label: "Code",
    description: "Nobody in the channel sees what you write here.",
    style: TextInputStyle.Short,
    required: true,
    maxLength: 32,
  },
} as const satisfies Partial<Record<ButtonName, unknown>>;

export type FormName = keyof typeof FORMS;

export function hasForm(button: ButtonName): button is FormName {
  return button in FORMS;
}

export function formFor(name: FormName, about: string): Form {
  const { title, label, description, style, required, maxLength } = FORMS[name];
  return {
    custom_id: customId(name, about),
    title: name === "resolve" && about !== "" ? `Resolve ${about}`.slice(0, 45) : title,
    components: [
      {
        type: ComponentType.Label,
        label,
        description,
        component: {
          type: ComponentType.TextInput,
          custom_id: FORM_INPUT,
          style,
          required,
          max_length: maxLength,
        },
      },
    ],
  };
}
