import type { webApi } from "@slack/bolt";

import type { Activity, Adapter, SendContext, Sent } from "../../src/adapter.ts";
import type { Config } from "../../src/config/schema.ts";
import type { Address, Delivery, OutboundContent } from "../../src/domain.ts";
import { DeskhandError } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { createActivities } from "./activity.ts";
import { SLACK, type SlackPlace, toPlace } from "./address.ts";
import { clientEndedBy } from "./calls.ts";
import { failureOf, isTokenGone, slackCode } from "./failures.ts";
import { download } from "./files.ts";
import { readFileRef } from "./file-ref.ts";
import { createHistoryAllowance, type HistoryAllowance } from "./history.ts";
import type { Identity, Job } from "./post.ts";
import { createProgressBook } from "./progress.ts";
import { queuePage } from "./queue-page.ts";
import type { Written } from "./render.ts";
import { tell, tellWhoClicked } from "./tell.ts";

export interface SenderDeps {
  /** A workspace's client; an empty id stands for the only workspace there is. */
  readonly clientFor: (team: string) => Promise<webApi.WebClient>;
  /** Whether a workspace has another token than this one, which Slack refused; never when it is left out. */
  readonly isReplaced?: (team: string, token: string | undefined) => Promise<boolean>;
  readonly config: Pick<Config, "slack" | "desk">;
  readonly now: () => number;
  readonly log: Log;
  /** Shared with whoever else reads history. */
  readonly allowance?: HistoryAllowance;
}

export type Sender = Required<Pick<Adapter, "send" | "pace" | "fetchFile" | "showActivity" | "hideActivity">>;

/** The outgoing half of the adapter. */
export function createSender(deps: SenderDeps): Sender {
  const { clientFor, config, now, log } = deps;
  const allowance = deps.allowance ?? createHistoryAllowance(config.slack.history_calls_per_minute, now);
  const book = createProgressBook();
  const identities = createIdentities();
  const ping = config.desk.adapter === SLACK && isGroup(config.desk.ping) ? config.desk.ping : null;
  const activities = createActivities({ clientFor, log });

  async function send(delivery: Delivery, context: SendContext): Promise<Sent> {
    try {
      const place = placeOf(delivery.to);
      const client = clientEndedBy(await reach(place.team), context.signal, log);
      const sent = await carryOut(delivery, context, place, client).catch(async (error: unknown) => {
        throw await afterRefusedToken(error, place, client);
      });
      book.forget(delivery.id);
      return sent;
    } catch (error) {
      throw afterPart(failureOf(error), delivery.id);
    }
  }

  /** What was refused only because the app was installed anew meanwhile is tried again with the new token. */
  async function afterRefusedToken(
    error: unknown,
    { team }: SlackPlace,
    { token }: webApi.WebClient,
  ): Promise<unknown> {
    if (!isTokenGone(error) || !(await deps.isReplaced?.(team, token))) return error;
    const what = "The Slack app was installed anew; it is sent with the new token.";
    return new DeskhandError("delivery_unreached", what, { cause: error, retryable: true });
  }

  /**
   * "Certainly not sent" is true of the part that failed. Once another part is out, a process that ends now must look
   * for it after its restart: what is written down must say that something may be there.
   */
  function afterPart(failure: DeskhandError, delivery: string): DeskhandError {
    if (!failure.retryable || !book.hasBegun(delivery)) return failure;
    const { message, retryAfterMs } = failure;
    return new DeskhandError("delivery_failed", message, {
      cause: failure,
      retryable: true,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }

  /** While we do not even know who we are there, nothing has been sent. */
  async function reach(team: string): Promise<webApi.WebClient> {
    try {
      return await clientFor(team);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code !== "delivery_failed") throw failure;
      throw new DeskhandError("delivery_unreached", failure.message, { cause: error, retryable: true });
    }
  }

  async function carryOut(
    delivery: Delivery,
    context: SendContext,
    place: SlackPlace,
    client: webApi.WebClient,
  ): Promise<Sent> {
    const { content } = delivery;
    switch (content.kind) {
      case "mark":
        return mark(content, place, client);
      case "overview":
        return showPage(content, place, client);
      case "state":
      case "ticket":
      case "turn":
        throw new DeskhandError("delivery_refused", `Slack shows nothing of the kind "${content.kind}".`);
      case "reply":
      case "card":
      case "relay":
      case "notice":
        return write(content, delivery, context, place, client);
    }
  }

  async function write(
    content: Written,
    delivery: Delivery,
    context: SendContext,
    place: SlackPlace,
    client: webApi.WebClient,
  ): Promise<Sent> {
    const progress = book.of(delivery.id);
    if (place.kind === "response") {
      return tellWhoClicked(content, place, { delivery, progress, client }, context.signal);
    }
    const job: Job = {
      delivery,
      maybeSent: context.maybeSent,
      // Nobody else reads a home page either: what is said there goes to the person's direct messages.
      place: place.kind === "home" ? { kind: "channel", team: place.team, channel: place.user } : place,
      client,
      progress,
      allowance,
      me: () => identities.of(place.team, client),
    };
    const written = activities.hush(place);
    const sent = await tell(content, job, {
      ping,
      fetchFile: (one) => context.fetchFile(one),
      log,
    });
    void written();
    return sent;
  }

  async function fetchFile(...[attachment, signal]: Parameters<Sender["fetchFile"]>): Promise<Uint8Array> {
    const team = readFileRef(attachment.ref)?.team ?? "";
    const client = await clientFor(team);
    return download(attachment, clientEndedBy(client, signal, log), signal);
  }

  const showActivity = async (to: Address, activity: Activity) => activities.show(placeOf(to), activity);
  const hideActivity = async (to: Address) => activities.hide(placeOf(to));

  return { send, pace, fetchFile, showActivity, hideActivity };
}

/** Slack takes a message a second in each channel, and counts strictly when it does. */
const POST_EVERY_MS = 1_100;

function pace({
  to,
  content,
  replaces,
}: Delivery): { readonly key: string; readonly everyMs: number } | null {
  const place = placeOf(to);
  const isPosted = content.kind === "reply" || content.kind === "card" || content.kind === "relay";
  if (place.kind !== "channel" || replaces !== undefined) return null;
  if (!isPosted && content.kind !== "notice") return null;
  // Without the team: a setting may name the staff channel by itself, and ids of channels are unique anyway.
  return { key: place.channel, everyMs: POST_EVERY_MS };
}

function placeOf(address: Address): SlackPlace {
  try {
    return toPlace(address);
  } catch (error) {
    throw new DeskhandError("delivery_refused", `"${address.key}" is no place in Slack.`, { cause: error });
  }
}

const MARKS = { delivered: "white_check_mark", failed: "warning" } as const;

async function mark(
  { messageId, mark }: Extract<OutboundContent, { kind: "mark" }>,
  place: SlackPlace,
  client: webApi.WebClient,
): Promise<Sent> {
  const [timestamp] = /\d+\.\d{6}/.exec(messageId) ?? [];
  if (place.kind !== "channel" || timestamp === undefined) {
    throw new DeskhandError("delivery_refused", `"${messageId}" is no message in Slack.`);
  }
  try {
    await client.reactions.add({ channel: place.channel, timestamp, name: MARKS[mark] });
  } catch (error) {
    const done = ["already_reacted", "message_not_found", "no_item_specified", "thread_locked"];
    if (!done.includes(slackCode(error) ?? "")) throw error;
  }
  return { messageId };
}

async function showPage(
  { overview }: Extract<OutboundContent, { kind: "overview" }>,
  place: SlackPlace,
  client: webApi.WebClient,
): Promise<Sent> {
  if (place.kind !== "home")
    throw new DeskhandError("delivery_refused", "An overview is drawn on a home page only.");
  const { view } = await client.views.publish({ user_id: place.user, view: queuePage(overview) });
  return { messageId: view?.id ?? "" };
}

function isGroup(id: string | undefined): id is string {
  return id !== undefined && /^S[A-Z0-9]+$/.test(id);
}

/** Who we are in each workspace: asked for once. */
function createIdentities() {
  const known = new Map<string, Identity>();
  return {
    async of(team: string, client: webApi.WebClient): Promise<Identity> {
      const found = known.get(team);
      if (found) return found;
      const me = await client.auth.test();
      const identity = { team: team || (me.team_id ?? ""), userId: me.user_id ?? "" };
      known.set(team, identity);
      return identity;
    },
  };
}
