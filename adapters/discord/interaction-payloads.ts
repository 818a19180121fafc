import { z } from "zod";

import { STAFF_COMMANDS, type StaffCommand } from "../../src/domain.ts";
import { type ButtonName, COMMANDS, FORM_INPUT, readCustomId } from "./buttons.ts";
import {
  type MemberPayload,
  type MessagePayload,
  parts,
  readMessage,
  type UserPayload,
} from "./gateway-payloads.ts";

/** A click, a form or a command, by whom and where, as INTERACTION_CREATE tells it. */
export interface Asked {
  readonly id: string;
  readonly application: string;
  readonly token: string;
  readonly guild: string | null;
  readonly channel: string;
  readonly user: UserPayload;
  /** Their membership in `guild`. */
  readonly member: MemberPayload | null;
  /** The message that carries the button; null for commands. */
  readonly message: string | null;
  readonly what: What;
}

export type What =
  | { readonly kind: "button"; readonly button: ButtonName; readonly about: string }
  | { readonly kind: "form"; readonly form: ButtonName; readonly about: string; readonly value: string }
  | { readonly kind: "desk"; readonly command: StaffCommand; readonly text: string }
  | { readonly kind: "verify"; readonly email: string | null }
  | { readonly kind: "unlink" }
  | { readonly kind: "tickets" }
  | { readonly kind: "chosen"; readonly choice: "ask" | "escalate"; readonly target: MessagePayload };

const COMMAND = 2;
const COMPONENT = 3;
const FORM = 5;

interface Option {
  readonly name: string;
  readonly value?: string | number | boolean | undefined;
  readonly options?: readonly Option[] | undefined;
}
const option: z.ZodType<Option> = z.lazy(() =>
  z.object({
    name: z.string(),
    value: z.union([z.string(), z.number(), z.boolean()]).optional(),
    options: z.array(option).optional(),
  }),
);

const command = z.object({
  name: z.string(),
  options: z.array(option).default([]),
  target_id: z.string().optional(),
  resolved: z.object({ messages: z.record(z.string(), z.unknown()).default({}) }).optional(),
});
const component = z.object({ custom_id: z.string() });
const input = z.object({ custom_id: z.string(), value: z.string() });
const form = z.object({ custom_id: z.string(), components: z.array(z.unknown()) });

const interaction = z.object({
  id: z.string(),
  application_id: z.string(),
  type: z.number(),
  token: z.string(),
  guild_id: z.string().nullish(),
  channel_id: z.string().nullish(),
  channel: z.object({ id: z.string() }).nullish(),
  member: parts.member.nullish(),
  user: parts.user.nullish(),
  message: z.object({ id: z.string() }).nullish(),
  data: z.unknown(),
});

/** Null for what is not ours: another command, a button with a foreign name. */
export function readInteraction(payload: unknown): Asked | null {
  const read = interaction.safeParse(payload).data;
  if (!read) return null;
  const user = read.member?.user ?? read.user;
  const channel = read.channel_id ?? read.channel?.id;
  const what = whatOf(read.type, read.data);
  if (!user || channel === undefined || !what) return null;
  return {
    id: read.id,
    application: read.application_id,
    token: read.token,
    guild: read.guild_id ?? null,
    channel,
    user,
    member: read.member ?? null,
    message: read.message?.id ?? null,
    what,
  };
}

function whatOf(type: number, data: unknown): What | null {
  switch (type) {
    case COMMAND:
      return commandOf(data);
    case COMPONENT: {
      const named = readCustomId(component.safeParse(data).data?.custom_id ?? "");
      return named && { kind: "button", ...named };
    }
    case FORM: {
      const filled = form.safeParse(data).data;
      const named = readCustomId(filled?.custom_id ?? "");
      if (!filled || !named) return null;
      return { kind: "form", form: named.button, about: named.about, value: inputIn(filled.components) };
    }
    default:
      return null;
  }
}

function commandOf(data: unknown): What | null {
  const read = command.safeParse(data).data;
  if (!read) return null;
  switch (read.name) {
    case COMMANDS.desk:
      return deskOf(read.options);
    case COMMANDS.verify: {
      const [email] = valuesOf(read.options);
      return { kind: "verify", email: email ?? null };
    }
    case COMMANDS.unlink:
      return { kind: "unlink" };
    case COMMANDS.tickets:
      return { kind: "tickets" };
    case COMMANDS.ask:
    case COMMANDS.escalate: {
      const target = readMessage(read.resolved?.messages[read.target_id ?? ""]);
      return target && { kind: "chosen", choice: read.name === COMMANDS.ask ? "ask" : "escalate", target };
    }
    default:
      return null;
  }
}

/** `/desk find T-17`: a subcommand with its own options. */
function deskOf([subcommand]: readonly Option[]): What | null {
  const command = STAFF_COMMANDS.find((one) => one === subcommand?.name);
  return command === undefined
    ? null
    : { kind: "desk", command, text: valuesOf(subcommand?.options ?? []).join(" ") };
}

function valuesOf(options: readonly Option[]): string[] {
  return options.flatMap(({ value }) => (value === undefined ? [] : [String(value).trim()]));
}

const within = z.object({ component: z.unknown().optional(), components: z.array(z.unknown()).default([]) });

/** Our forms have one input; Discord has put inputs in rows, and now in labels. */
function inputIn(components: readonly unknown[]): string {
  for (const one of components) {
    const found = input.safeParse(one).data;
    if (found?.custom_id === FORM_INPUT) return found.value.trim();
    const inner = within.safeParse(one).data;
    const deeper =
      inner && inputIn([...(inner.component === undefined ? [] : [inner.component]), ...inner.components]);
    if (deeper) return deeper;
  }
  return "";
}
