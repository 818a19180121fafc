import type { View } from "./block-rules.ts";
import type { Delivery, Deliverer } from "./delivery.ts";
import type { Faults } from "./faults.ts";
import type { Journal } from "./journal.ts";
import type { Limit, Limits } from "./limits.ts";
import type { Ping } from "./pings.ts";
import type { Tickets } from "./tickets.ts";
import type { World } from "./world.ts";

export interface Settings {
  readonly appToken: string;
  readonly signingSecret: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** `app_mention`, `message.channels`, `reaction_added`, …; null is everything. */
  readonly subscriptions: ReadonlySet<string> | null;
  /** How long Slack waits for an acknowledgement. */
  readonly ackWithinMs: number;
  /** Pauses before the second and later tries of an event. */
  readonly retryDelaysMs: readonly number[];
  readonly postLimit: Limit | false;
  readonly historyLimit: Limit | false;
  /** The most messages of a limited history call. */
  readonly historyMessages: number;
}

export interface OpenView {
  readonly id: string;
  readonly team: string;
  readonly user: string;
  readonly rootId: string;
  readonly previousId: string | null;
  view: View;
  hash: string;
  state: "open" | "submitted" | "closed";
}

export interface Status {
  readonly channel: string;
  readonly threadTs: string;
  readonly status: string;
  readonly loadingMessages: readonly string[];
  readonly at: number;
}

export interface SuggestedPrompts {
  readonly channel: string;
  readonly threadTs: string;
  readonly title: string | null;
  readonly prompts: readonly { readonly title: string; readonly message: string }[];
}

/** Everything the parts of the server share. */
export interface Slack {
  readonly settings: Settings;
  readonly world: World;
  readonly journal: Journal;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly tickets: Tickets;
  readonly deliverer: Deliverer;
  readonly deliveries: Delivery[];
  readonly pings: Ping[];
  readonly violations: string[];
  readonly views: Map<string, OpenView>;
  /** The Home tab by team and user. */
  readonly homes: Map<string, OpenView>;
  readonly statuses: Status[];
  readonly prompts: SuggestedPrompts[];
  readonly titles: { readonly channel: string; readonly threadTs: string; readonly title: string }[];
  /** OAuth codes not yet exchanged, with their workspace. */
  readonly codes: Map<string, string>;
  readonly url: () => string;
}
