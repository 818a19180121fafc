import type { Adapter } from "../adapter.ts";
import type { Address, Delivery, InboundBody, InboundEvent, Intake, Person } from "../domain.ts";

/** Where replays take place: a platform in memory that nobody reads. */
export const REPLAY = "replay";
/** Its staff channel. */
export const REPLAY_DESK = "desk";

export interface ReplayPlatform extends Adapter {
  /** What has been sent and not been taken yet, in order. */
  take(): readonly Delivery[];
  /** Resolves once the core has it on its disk. */
  bring(event: InboundEvent): Promise<void>;
}

export function replayPlatform(): ReplayPlatform {
  let sent: Delivery[] = [];
  let count = 0;
  let toCore: Intake | undefined;
  return {
    name: REPLAY,
    wantsReports: false,
    verifyHint: "Verify your e-mail first.",
    async start(host) {
      toCore = host.intake;
    },
    async stop() {
      toCore = undefined;
    },
    async send(delivery) {
      sent.push(delivery);
      count += 1;
      const { content } = delivery;
      const thread = content.kind === "card" ? { thread: threadUnder(content.card.escalationId) } : {};
      return { messageId: `sent-${count}`, ...thread };
    },
    take() {
      const taken = sent;
      sent = [];
      return taken;
    },
    async bring(event) {
      if (!toCore) throw new Error("the replay has not been started");
      await toCore(event);
    },
  };
}

/** The thread under an escalation's card. */
export function threadUnder(escalationId: string): Address {
  return { adapter: REPLAY, key: `${REPLAY_DESK}/${escalationId}` };
}

export function conversationAt(id: string): Address {
  return { adapter: REPLAY, key: `c/${id}` };
}

/** An event of somebody in a conversation, or in the thread under a card. */
export function eventFrom(
  eventId: string,
  sender: Person,
  place: { readonly address: Address; readonly visibility: "public" | "private"; readonly sentAt: number },
  body: InboundBody,
): InboundEvent {
  return { eventId, ...place, sender, body };
}

export function said(
  messageId: string,
  text: string,
  place: { readonly visibility: "public" | "private"; readonly opens: boolean },
): Extract<InboundBody, { kind: "message" }> {
  return {
    kind: "message",
    messageId,
    text,
    mode: place.visibility === "public" ? "every_post" : "dm",
    opens: place.opens,
    addressed: false,
    attachments: [],
  };
}
