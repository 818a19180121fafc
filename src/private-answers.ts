import type { InboundBody } from "./domain.ts";
import type { NewDelivery, Store, Work } from "./store/store.ts";

const SHOWN = "reveal-";
const SHOWN_AGAIN = /^(?:reveal-\d+\.)+/;

/** The id under which an answer was first said: a copy that was shown has thumbs of its own, about the same answer. */
export function saidFirst(answer: string): string {
  return answer.replace(SHOWN_AGAIN, "");
}

export interface RevealDeps {
  readonly store: Store;
  readonly now: () => number;
}

/**
 * Somebody asks to see a private answer (again): it is shown where they asked, and only to the one it was for.
 */
export async function handleReveal(
  work: Work,
  { answer }: Extract<InboundBody, { kind: "reveal" }>,
  { store, now }: RevealDeps,
): Promise<"done"> {
  const [{ event, seq }] = work.events;
  const said = await store.findDelivery(answer);
  const isTheirs = said?.to.adapter === event.address.adapter && said.recipient === event.sender.id;
  const delivery: NewDelivery = {
    id: `${SHOWN}${seq}.${answer}`,
    to: event.address,
    visibility: "private",
    recipient: event.sender.id,
    content:
      said && isTheirs
        ? said.content
        : {
            kind: "notice",
            text: "This answer is for somebody else. Ask your own question, and I'll look it up.",
          },
    fenced: false,
  };
  await store.post(delivery, now());
  await store.commitDesk(work, null, now());
  return "done";
}
