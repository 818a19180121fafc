import { SlackRefusal } from "./refusal.ts";

/** What an interaction hands to the app for a while: trigger ids (one use, 3 s) and response URLs (5 uses, 30 min). */
export interface Tickets {
  trigger(team: string, user: string, viewId?: string): string;
  /** Throws Slack's own error when it is unknown, was used or has expired. */
  useTrigger(id: string): Trigger;
  responseUrl(reply: ReplyPlace): string;
  /** Null when it is unknown, used up or expired: Slack answers 404 then. */
  useResponseUrl(path: string): ReplyPlace | null;
}

export interface Trigger {
  readonly team: string;
  readonly user: string;
  readonly viewId?: string;
}

export interface ReplyPlace {
  readonly team: string;
  readonly channel: string;
  readonly user: string;
  /** The message whose button was pressed. */
  readonly messageTs?: string;
  readonly threadTs?: string;
}

export interface TicketTerms {
  readonly now: () => number;
  readonly baseUrl: () => string;
  readonly triggerMs: number;
  readonly responseUrlMs: number;
  readonly responseUrlUses: number;
}

export function createTickets(terms: TicketTerms): Tickets {
  const triggers = new Map<string, Trigger & { at: number; used: boolean }>();
  const urls = new Map<string, { place: ReplyPlace; at: number; left: number }>();
  let count = 0;
  return {
    trigger(team, user, viewId) {
      const id = `${13_345_224_609_738 + ++count}.738474920.${count.toString(16).padStart(32, "8")}`;
      triggers.set(id, { team, user, ...(viewId && { viewId }), at: terms.now(), used: false });
      return id;
    },
    useTrigger(id) {
      const trigger = triggers.get(id);
      if (!trigger) throw new SlackRefusal("invalid_trigger_id");
      if (trigger.used) throw new SlackRefusal("exchanged_trigger_id");
      if (terms.now() - trigger.at > terms.triggerMs) throw new SlackRefusal("expired_trigger_id");
      trigger.used = true;
      return trigger;
    },
    responseUrl(place) {
      const path = `/actions/${place.team}/${++count}/${(count * 7919).toString(36).padStart(24, "r")}`;
      urls.set(path, { place, at: terms.now(), left: terms.responseUrlUses });
      return `${terms.baseUrl()}${path}`;
    },
    useResponseUrl(path) {
      const url = urls.get(path);
      if (!url || url.left <= 0 || terms.now() - url.at > terms.responseUrlMs) return null;
      url.left -= 1;
      return url.place;
    },
  };
}
