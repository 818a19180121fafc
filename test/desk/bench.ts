import type { InboundBody, InboundEvent, OutboundContent, StaffAction } from "../../src/domain.ts";
import { handleRating } from "../../src/desk/rating.ts";
import { handleStaff } from "../../src/desk/staff.ts";
import { place } from "../../src/lanes.ts";
import type { Changes, Conversation, Store, TakenDelivery } from "../../src/store/store.ts";
import { newEscalation, newTicket } from "../contracts/bench.ts";
import {
  customerNamed,
  eventOf,
  messageBody,
  MINUTE,
  shopConfig,
  staffNamed,
  storeOnFile,
  T0,
} from "../servers/shop.ts";

/** The desk on a real store: Ann's conversation `c1`, the desk's channel, and a thread under each card. */
export async function newDesk(given?: Store) {
  const store = given ?? (await storeOnFile());
  const config = shopConfig({ desk: { adapter: "chat", channel: "desk" } });
  const deps = { store, config, now: () => T0, wantsReports: () => false, wantsStates: () => false };
  let count = 0;

  async function take(event: InboundEvent) {
    const placed = await place(event, store);
    await store.acceptEvent(placed.event, { lane: placed.lane, urgent: false, quietMs: 0, now: T0 });
    const work = await store.claimWork("w1", T0, MINUTE);
    if (!work) throw new Error("there was nothing to claim");
    return work;
  }

  function nextEvent(body: InboundBody, more: Partial<InboundEvent>): InboundEvent {
    count += 1;
    return eventOf(`e${count}`, body, more);
  }

  return {
    store,
    deps,
    take,
    nextEvent,
    /** Ann writes, and what `changes` says comes of it. */
    async turn(changes: Partial<Changes> = {}): Promise<Conversation> {
      const work = await take(nextEvent(messageBody(`m${count}`, "hello"), {}));
      const { conversation } = await store.loadTurn(work, T0);
      const { id, epoch } = conversation;
      await store.commitTurn(work, { conversationId: id, ...changes }, { epoch, ignoreOvertaken: false }, T0);
      return conversation;
    },
    /** Ann waits for a person: E-1 on T-1, its card not posted. */
    escalate(): Promise<Conversation> {
      return this.turn({
        conversation: { holder: "waiting", escalationId: "E-1", ticket: "T-1" },
        tickets: [newTicket("T-1")],
        openEscalation: newEscalation("E-1", "T-1"),
      });
    },
    async staff(body: InboundBody, { by = "sam", place = "desk" } = {}) {
      const address = { adapter: "chat", key: place };
      return handleStaff(await take(nextEvent(body, { address, sender: staffNamed(by) })), deps);
    },
    click(
      action: StaffAction,
      more: { readonly escalationId?: string } = { escalationId: "E-1" },
      where = {},
    ) {
      return this.staff({ kind: "action", action, ...more }, where);
    },
    async rate(score: number, by = "ann") {
      const rated = nextEvent({ kind: "rate", score }, { sender: customerNamed(by) });
      return handleRating(await take(rated), deps);
    },
    sent: (at = T0) => sendAll(store, at),
  };
}

/** Takes and sends until nothing is ready; a card opens a thread of its own. */
export async function sendAll(store: Store, at = T0): Promise<TakenDelivery["delivery"][]> {
  const taken: TakenDelivery["delivery"][] = [];
  for (;;) {
    const next = await store.takeDelivery(at, MINUTE);
    if (!next) return taken;
    const { delivery } = next;
    taken.push(delivery);
    const messageId = delivery.replaces ?? `p-${delivery.id}`;
    const thread = { adapter: "chat", key: `thread-${messageId.slice("p-".length)}` };
    await store.markSent(delivery.id, { messageId, ...(delivery.content.kind === "card" && { thread }) }, at);
  }
}

export function contentsOf<Kind extends OutboundContent["kind"]>(
  deliveries: readonly TakenDelivery["delivery"][],
  kind: Kind,
) {
  return deliveries
    .map(({ content }) => content)
    .filter((content): content is Extract<OutboundContent, { kind: Kind }> => content.kind === kind);
}
