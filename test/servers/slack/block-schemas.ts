import { z } from "zod";

import { richText } from "./rich-text-schema.ts";

/** Slack's Block Kit as strict schemas: an unknown field, type or an overlong text is refused, as Slack does. */

const plain = (max: number) =>
  z.strictObject({
    type: z.literal("plain_text"),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });
const mrkdwn = (max: number) =>
  z.strictObject({
    type: z.literal("mrkdwn"),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });
const anyText = (max: number) => z.discriminatedUnion("type", [plain(max), mrkdwn(max)]);

const blockId = { block_id: z.string().min(1).max(255).optional() };
const actionId = { action_id: z.string().min(1).max(255).optional() };
const confirm = {
  confirm: z
    .strictObject({
      title: plain(100).optional(),
      text: anyText(300),
      confirm: plain(30).optional(),
      deny: plain(30).optional(),
      style: z.enum(["primary", "danger"]).optional(),
    })
    .optional(),
};
const focus = { focus_on_load: z.boolean().optional() };
const placeholder = { placeholder: plain(150).optional() };
const dispatch = {
  dispatch_action_config: z
    .strictObject({
      trigger_actions_on: z.array(z.enum(["on_enter_pressed", "on_character_entered"])).optional(),
    })
    .optional(),
};
const url = z
  .string()
  .max(3000)
  .regex(/^(https?|mailto|slack):/);

const imageFields = {
  type: z.literal("image"),
  alt_text: z.string().min(1).max(2000),
  image_url: url.optional(),
  slack_file: z.strictObject({ id: z.string().optional(), url: z.string().optional() }).optional(),
};
const image = z
  .strictObject(imageFields)
  .refine(
    (it) => Boolean(it.image_url) !== Boolean(it.slack_file),
    "needs image_url or slack_file, not both",
  );

const option = z.strictObject({
  text: anyText(75),
  value: z.string().min(1).max(150),
  description: plain(75).optional(),
  url: url.optional(),
});
const plainOption = z.strictObject({
  text: plain(75),
  value: z.string().min(1).max(150),
  description: plain(75).optional(),
  url: url.optional(),
});
const options = z.array(plainOption).min(1).max(100).optional();
const groups = z
  .array(z.strictObject({ label: plain(75), options: z.array(plainOption).min(1).max(100) }))
  .min(1)
  .max(100)
  .optional();
const filter = {
  filter: z
    .strictObject({
      include: z
        .array(z.enum(["im", "mpim", "private", "public"]))
        .min(1)
        .optional(),
      exclude_external_shared_channels: z.boolean().optional(),
      exclude_bot_users: z.boolean().optional(),
    })
    .optional(),
};
const select = { ...actionId, ...confirm, ...focus, ...placeholder };
const many = { ...select, max_selected_items: z.int().min(1).optional() };
const respondable = { response_url_enabled: z.boolean().optional() };

const button = z.strictObject({
  type: z.literal("button"),
  text: plain(75),
  value: z.string().max(2000).optional(),
  url: url.optional(),
  style: z.enum(["primary", "danger"]).optional(),
  accessibility_label: z.string().max(75).optional(),
  ...actionId,
  ...confirm,
});
const checkboxes = z.strictObject({
  type: z.literal("checkboxes"),
  options: z.array(option).min(1).max(10),
  initial_options: z.array(option).min(1).optional(),
  ...actionId,
  ...confirm,
  ...focus,
});
const radioButtons = z.strictObject({
  type: z.literal("radio_buttons"),
  options: z.array(option).min(1).max(10),
  initial_option: option.optional(),
  ...actionId,
  ...confirm,
  ...focus,
});
const overflow = z.strictObject({
  type: z.literal("overflow"),
  options: z.array(plainOption).min(1).max(5),
  ...actionId,
  ...confirm,
});
const staticSelect = z.strictObject({
  type: z.literal("static_select"),
  options,
  option_groups: groups,
  initial_option: plainOption.optional(),
  ...select,
});
const pickers = [
  z.strictObject({ type: z.literal("datepicker"), initial_date: z.iso.date().optional(), ...select }),
  z.strictObject({
    type: z.literal("timepicker"),
    initial_time: z.string().optional(),
    timezone: z.string().optional(),
    ...select,
  }),
  z.strictObject({
    type: z.literal("datetimepicker"),
    initial_date_time: z.int().optional(),
    ...actionId,
    ...confirm,
    ...focus,
  }),
] as const;
const selects = [
  staticSelect,
  z.strictObject({
    type: z.literal("multi_static_select"),
    options,
    option_groups: groups,
    initial_options: z.array(plainOption).optional(),
    ...many,
  }),
  z.strictObject({ type: z.literal("users_select"), initial_user: z.string().optional(), ...select }),
  z.strictObject({
    type: z.literal("multi_users_select"),
    initial_users: z.array(z.string()).optional(),
    ...many,
  }),
  z.strictObject({
    type: z.literal("conversations_select"),
    initial_conversation: z.string().optional(),
    default_to_current_conversation: z.boolean().optional(),
    ...filter,
    ...respondable,
    ...select,
  }),
  z.strictObject({
    type: z.literal("channels_select"),
    initial_channel: z.string().optional(),
    ...respondable,
    ...select,
  }),
] as const;

const plainTextInput = z.strictObject({
  type: z.literal("plain_text_input"),
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
  ...actionId,
  ...dispatch,
  ...focus,
  ...placeholder,
});
const typedInput = (type: "email_text_input" | "url_text_input") =>
  z.strictObject({
    type: z.literal(type),
    initial_value: z.string().optional(),
    ...actionId,
    ...dispatch,
    ...focus,
    ...placeholder,
  });
const numberInput = z.strictObject({
  type: z.literal("number_input"),
  is_decimal_allowed: z.boolean(),
  initial_value: z.string().optional(),
  min_value: z.string().optional(),
  max_value: z.string().optional(),
  ...actionId,
  ...dispatch,
  ...focus,
  ...placeholder,
});
const fileInput = z.strictObject({
  type: z.literal("file_input"),
  filetypes: z.array(z.string()).min(1).optional(),
  max_files: z.int().min(1).max(10).optional(),
  ...actionId,
});

const answer = (word: string) =>
  z.strictObject(
    {
      text: plain(75),
      value: z.string().min(1).max(2000),
      accessibility_label: z.string().max(75).optional(),
    },
    { error: `${word} is not a feedback button` },
  );
const feedbackButtons = z.strictObject({
  type: z.literal("feedback_buttons"),
  positive_button: answer("positive_button"),
  negative_button: answer("negative_button"),
  ...actionId,
});
const iconButton = z.strictObject({
  type: z.literal("icon_button"),
  icon: z.enum(["trash"]),
  text: plain(75),
  value: z.string().max(2000).optional(),
  accessibility_label: z.string().max(75).optional(),
  visible_to_user_ids: z.array(z.string()).optional(),
  ...actionId,
  ...confirm,
});

const rawText = z.strictObject({ type: z.literal("raw_text"), text: z.string().min(1) });
const rawNumber = z.strictObject({
  type: z.literal("raw_number"),
  value: z.number(),
  text: z.string().min(1),
});

const section = z
  .strictObject({
    type: z.literal("section"),
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: z
      .discriminatedUnion("type", [button, checkboxes, radioButtons, overflow, ...selects, ...pickers, image])
      .optional(),
    expand: z.boolean().optional(),
    ...blockId,
  })
  .refine((it) => it.text !== undefined || it.fields !== undefined, "must have text or fields");
const header = z.strictObject({ type: z.literal("header"), text: plain(150), ...blockId });
const divider = z.strictObject({ type: z.literal("divider"), ...blockId });
const context = z.strictObject({
  type: z.literal("context"),
  elements: z
    .array(z.discriminatedUnion("type", [plain(3000), mrkdwn(3000), image]))
    .min(1)
    .max(10),
  ...blockId,
});
const actions = z.strictObject({
  type: z.literal("actions"),
  elements: z
    .array(z.discriminatedUnion("type", [button, checkboxes, radioButtons, overflow, ...selects, ...pickers]))
    .min(1)
    .max(25),
  ...blockId,
});
const imageBlock = z
  .strictObject({ ...imageFields, title: plain(2000).optional(), ...blockId })
  .refine(
    (it) => Boolean(it.image_url) !== Boolean(it.slack_file),
    "needs image_url or slack_file, not both",
  );
const richTextBlock = richText.extend(blockId);
const markdown = z.strictObject({
  type: z.literal("markdown"),
  text: z.string().min(1).max(12_000),
  ...blockId,
});
const contextActions = z.strictObject({
  type: z.literal("context_actions"),
  elements: z
    .array(z.discriminatedUnion("type", [feedbackButtons, iconButton]))
    .min(1)
    .max(5),
  ...blockId,
});
const table = z.strictObject({
  type: z.literal("table"),
  rows: z
    .array(
      z
        .array(z.discriminatedUnion("type", [richText, rawText, rawNumber]))
        .min(1)
        .max(20),
    )
    .min(1)
    .max(100),
  column_settings: z
    .array(
      z.strictObject({
        align: z.enum(["left", "center", "right"]).optional(),
        is_wrapped: z.boolean().optional(),
      }),
    )
    .max(20)
    .optional(),
  ...blockId,
});
const input = (elements: z.ZodType) =>
  z.strictObject({
    type: z.literal("input"),
    label: plain(2000),
    hint: plain(2000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
    element: elements,
    ...blockId,
  });
const inputs = [
  plainTextInput,
  typedInput("email_text_input"),
  typedInput("url_text_input"),
  numberInput,
  checkboxes,
  radioButtons,
  ...selects,
  ...pickers,
] as const;

const everywhere = [section, header, divider, context, actions, imageBlock, richTextBlock] as const;

export const MESSAGE_BLOCKS = z
  .array(z.discriminatedUnion("type", [...everywhere, markdown, contextActions, table]))
  .max(50);
export const HOME_BLOCKS = z
  .array(z.discriminatedUnion("type", [...everywhere, input(z.discriminatedUnion("type", [...inputs]))]))
  .max(100);
const MODAL_BLOCKS = z
  .array(
    z.discriminatedUnion("type", [
      ...everywhere,
      input(z.discriminatedUnion("type", [...inputs, fileInput])),
    ]),
  )
  .max(100);

const anyView = {
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().min(1).max(255).optional(),
  external_id: z.string().max(255).optional(),
};
export const MODAL = z.strictObject({
  type: z.literal("modal"),
  title: plain(24),
  blocks: MODAL_BLOCKS,
  submit: plain(24).optional(),
  close: plain(24).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  submit_disabled: z.boolean().optional(),
  ...anyView,
});
export const HOME = z.strictObject({ type: z.literal("home"), blocks: HOME_BLOCKS, ...anyView });
