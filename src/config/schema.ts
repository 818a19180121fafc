import { z } from "zod";

import { isPrivateHost } from "./private-host.ts";

/**
 * The whole of `deskhand.yaml`. Every key has a default except what only the shop can know; `examples/acme/deskhand.yaml`
 * explains each. Durations carry their unit in the name, money is in US dollars.
 */

const dollars = z.number().positive();
const lines = z.array(z.string().min(1));
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day such as 09:00");
const day = z.enum(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);

const shop = z.strictObject({
  name: z.string().min(1),
  /** Hosts that an answer may link to, besides those of the knowledge base's own articles. */
  link_hosts: z.array(z.string().regex(/^[a-z0-9.-]+$/, "a host name such as help.example.com")).default([]),
});

const agent = z.strictObject({
  name: z.string().min(1).default("Deskhand"),
  persona: z.string().min(1).default("You are the support agent."),
  helps_with: lines.default(["questions about our products and the customer's own orders"]),
  not_authorized_to: lines.default([]),
  transfer_when: lines.default([]),
  tone: z.string().min(1).default("concise, professional, empathetic, no marketing language"),
});

/** Prices are dollars per million tokens. A row given here replaces ours or adds a model we do not know. */
const modelRow = z.strictObject({
  context_tokens: z.number().int().positive(),
  /** null where nobody has published it. */
  cache_minimum_tokens: z.number().int().positive().nullable(),
  /**
   * What the model lets a request say about thinking.
   *
   * - `off`: thinking can be disabled, and is.
   * - `between_tools`: cannot be disabled; this is its lowest setting, text only when no tool is used.
   * - `adaptive`: always thinks as much as it finds right, steered by effort alone.
   * - `none`: an older model that knows neither adaptive thinking nor effort; neither is sent.
   */
  thinking: z.enum(["off", "between_tools", "adaptive", "none"]),
  price: z.strictObject({
    input: dollars,
    cache_write_5m: dollars,
    cache_write_1h: dollars,
    cache_read: dollars,
    output: dollars,
  }),
  long_prompt: z
    .strictObject({ above_tokens: z.number().int().positive(), factor: z.number().min(1) })
    .optional(),
  as_of: z.iso.date(),
});

const models = z.strictObject({
  /** `auto`: Claude when ANTHROPIC_API_KEY is set, otherwise the offline model. */
  provider: z.enum(["auto", "claude", "offline"]).default("auto"),
  tier1: z.string().min(1).default("claude-haiku-5-5"),
  tier2: z.string().min(1).default("claude-sonnet-5-5"),
  max_output_tokens: z.number().int().min(256).max(32_000).default(1_024),
  /** Rounds of model and tools before a person is called. */
  max_rounds: z.number().int().min(1).max(20).default(6),
  turn_deadline_seconds: z.number().int().min(5).max(600).default(90),
  catalogue: z.record(z.string(), modelRow).default({}),
});

const policy = z.strictObject({
  refund_limit: z.number().nonnegative().default(200),
  /** ISO 4217; an amount in another currency is compared one to one. */
  currency: z.string().length(3).default("USD"),
  plan_changes_need_a_person: z.boolean().default(true),
  /** Topics of the operator's own: a message with one of the phrases goes to a person. */
  topics: z.array(z.strictObject({ name: z.string().min(1), phrases: lines.min(1) })).default([]),
});

const reading = z.strictObject({
  /** Below this confidence of the local classifier the small model is asked. */
  ask_model_below: z.number().min(0).max(1).default(0.45),
  /** Expressions of frustration until a person is called. */
  frustration_limit: z.number().int().min(1).default(2),
});

const budgets = z.strictObject({
  per_conversation: dollars.default(0.5),
  per_customer_day: dollars.default(1),
  per_day: dollars.default(50),
});

const conversation = z.strictObject({
  /** Messages of one customer within this window become one turn. */
  quiet_window_ms: z.number().int().min(0).max(60_000).default(1_200),
  /** Of one customer in one conversation; ten times as many over all of theirs. */
  messages_per_minute: z.number().int().min(1).default(20),
  /** A problem without a word from the customer for this long counts as resolved. */
  resolve_after_hours: z.number().positive().default(48),
  /** A ticket taken up again within this time counts as unresolved. */
  reopen_within_hours: z.number().positive().default(72),
});

const knowledge = z
  .strictObject({
    /** Folders, files and web sites that `deskhand ingest` takes when none are named; relative to this file. */
    sources: lines.default([]),
    /** The link of an article that has none of its own; `{id}` is replaced. */
    article_url: z.string().includes("{id}").optional(),
    /** An article whose title contains one of these is for staff only. */
    internal_titles: lines.default(["internal"]),
    /** Ids (`*` at the end matches any rest) of articles for staff only, or for customers in spite of the check. */
    internal_ids: lines.default([]),
    customer_ids: lines.default([]),
    /**
     * Whether articles are also found by what they mean, and what works it out: a small model that comes along and runs
     * here, nothing, or an endpoint that speaks OpenAI's `POST /embeddings`. All texts of the knowledge base and all
     * questions are sent to such an endpoint.
     */
    embedding: z.enum(["local", "none", "openai-compatible"]).default("local"),
    embedding_url: z.url({ protocol: /^https?$/ }).optional(),
    embedding_model: z.string().min(1).optional(),
    /** Name of the environment variable that holds the endpoint's key. */
    embedding_key_env: z.string().min(1).optional(),
  })
  .superRefine((value, context) => {
    if (value.embedding !== "openai-compatible") return;
    for (const key of ["embedding_url", "embedding_model"] as const) {
      if (value[key] !== undefined) continue;
      const message = "needed with knowledge.embedding: openai-compatible";
      context.addIssue({ code: "custom", path: [key], message });
    }
  });

const orders = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("file"), path: z.string().min(1) }),
  z.strictObject({
    kind: z.literal("http"),
    url: z.url({ protocol: /^https?$/ }),
    /** Name of the environment variable that holds the bearer token. */
    token_env: z.string().optional(),
    timeout_ms: z.number().int().min(100).default(4_000),
    retries: z.number().int().min(0).max(5).default(2),
  }),
]);

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format() !== "";
  } catch {
    return false;
  }
}

const slackChannel = z.strictObject({
  id: z.string().regex(/^[CG][A-Z0-9]+$/, "a channel id such as C0123456789"),
  mode: z.enum(["mention", "every_post", "off"]),
});

const slackGroup = z.string().regex(/^S[A-Z0-9]+$/, "a user group's id such as S0123456789");

/** What one workspace may have of its own; the rest is taken from `slack` itself. */
const slackPlace = {
  channels: z.array(slackChannel).default([]),
  /** For channels that are not listed and that Deskhand was invited to. */
  other_channels: z.enum(["mention", "every_post", "off"]).default("mention"),
  /** Members of this user group are staff. Without it, whoever is in the staff channel is. */
  staff_group: slackGroup.optional(),
};

const slack = z.strictObject({
  ...slackPlace,
  direct_messages: z.boolean().default(true),
  /** Take the e-mail of a workspace account as proved. Only where your people alone decide who gets which account. */
  trust_emails: z.boolean().default(false),
  suggested_prompts: z
    .array(z.strictObject({ title: z.string().min(1), message: z.string().min(1) }))
    .max(4)
    .default([]),
  /** Slack allows distributed apps one call a minute; an app of your own workspace may set 50. */
  history_calls_per_minute: z.number().int().min(1).max(100).default(1),
  /** Where Slack reaches us over HTTP, when there is a signing secret and no app token. */
  http: z
    .strictObject({
      port: z.number().int().min(1).max(65_535).default(3_000),
      host: z.string().min(1).default("0.0.0.0"),
      /** The public address of this server, for the manifest and for installing in more workspaces. */
      public_url: z.url({ protocol: /^https?$/ }).optional(),
    })
    .prefault({}),
  /** Settings of single workspaces, by team id. */
  workspaces: z
    .record(
      z.string().regex(/^[TE][A-Z0-9]+$/, "a team id such as T0123456789"),
      z.strictObject({ ...slackPlace, desk_channel: z.string().optional() }),
    )
    .default({}),
});

const snowflake = z.string().regex(/^\d{17,20}$/, "an id of 17 to 20 digits, in quotes");

const discord = z.strictObject({
  /** Text channels and forums. In a forum each post is a conversation, in a text channel each question gets a thread. */
  channels: z
    .array(z.strictObject({ id: snowflake, mode: z.enum(["mention", "every_post", "off"]) }))
    .default([]),
  /** For channels that are not listed and that Deskhand can see. */
  other_channels: z.enum(["mention", "every_post", "off"]).default("mention"),
  direct_messages: z.boolean().default(true),
  /** The shards that this process holds, of several that share a PostgreSQL. `DISCORD_SHARDS` goes first. */
  shards: z
    .strictObject({
      total: z.number().int().min(1),
      ids: z.array(z.number().int().min(0)).min(1),
    })
    .refine(({ total, ids }) => ids.every((id) => id < total), "ids from 0 to one less than total")
    .optional(),
  /** Members with this role are staff. Without it, whoever can see the staff channel is. */
  staff_role: snowflake.optional(),
});

const mail = z.strictObject({
  /** The sender of the mails with the codes. */
  from: z.string().min(3).default("support@localhost"),
});

const desk = z.strictObject({
  /** Which platform the staff channel is on. */
  adapter: z.string().default("console"),
  channel: z.string().default("desk"),
  /** The user group (Slack) or role (Discord) that a new card and each reminder pings. Nobody without it. */
  ping: z.string().min(1).optional(),
  /** Minutes an escalation may wait unclaimed before each reminder; priority climbs with each. */
  remind_after_minutes: z.array(z.number().positive()).default([5, 15, 60]),
  hours: z
    .strictObject({
      timezone: z.string().refine(isTimezone, "a time zone such as Europe/Berlin").default("UTC"),
      days: z.array(day).min(1).default(["mon", "tue", "wed", "thu", "fri"]),
      from: time.default("09:00"),
      to: time.default("17:00"),
    })
    .optional(),
  /** How long the AI stays silent after staff spoke in a thread without claiming it. */
  silent_after_staff_minutes: z.number().positive().default(720),
});

const ops = z.strictObject({
  /** `/healthz`, `/readyz` and `/metrics`. Off unless it is given. */
  http: z
    .strictObject({
      port: z.number().int().min(1).max(65_535).default(9_464),
      host: z.string().min(1).default("127.0.0.1"),
      /** Needed for an address that others than this machine and a private network may reach. */
      allow_public: z.boolean().default(false),
    })
    .superRefine(({ host, allow_public: allowed }, context) => {
      if (allowed || isPrivateHost(host)) return;
      const message =
        "this machine (127.0.0.1, ::1, localhost) or an address of a private network, unless allow_public: true";
      context.addIssue({ code: "custom", path: ["host"], message });
    })
    .optional(),
});

export const configSchema = z.strictObject({
  shop,
  agent: agent.prefault({}),
  models: models.prefault({}),
  policy: policy.prefault({}),
  reading: reading.prefault({}),
  budgets: budgets.prefault({}),
  conversation: conversation.prefault({}),
  knowledge: knowledge.prefault({}),
  orders: orders.default({ kind: "none" }),
  desk: desk.prefault({}),
  slack: slack.prefault({}),
  discord: discord.prefault({}),
  mail: mail.prefault({}),
  ops: ops.prefault({}),
  log_level: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
});

export type Config = z.infer<typeof configSchema>;
export type ModelRow = z.infer<typeof modelRow>;
export type DeskHours = NonNullable<Config["desk"]["hours"]>;
