import { deliveryIds } from "../delivery-ids.ts";
import type { Store, Ticket, Work } from "../store/store.ts";

export interface OwnTicketsDeps {
  readonly store: Store;
  readonly now: () => number;
}

const MOST_SHOWN = 10;
const DONE: ReadonlySet<Ticket["status"]> = new Set(["resolved", "closed"]);

/**
 * A customer asks how it stands with their tickets: those of this account, and of every account that proved the same
 * e-mail. Shown where they asked, to them alone.
 */
export async function handleOwnTickets(work: Work, { store, now }: OwnTicketsDeps): Promise<"done"> {
  const [{ event, seq }] = work.events;
  const { address, sender } = event;
  const all = await store.ticketsOf({ adapter: address.adapter, userId: sender.id });
  const open = all.filter(({ status }) => !DONE.has(status));
  const shown = [...open, ...all.filter(({ status }) => DONE.has(status))].slice(0, MOST_SHOWN);
  const text =
    shown.length === 0
      ? "You have no tickets here. If you wrote from another account, verify the same e-mail on both."
      : [`You have ${open.length} open ticket${open.length === 1 ? "" : "s"}.`, ...shown.map(lineOf)].join(
          "\n",
        );
  await store.post(
    {
      id: deliveryIds(`tickets-${seq}`)(),
      to: address,
      visibility: "private",
      recipient: sender.id,
      content: { kind: "notice", text },
      fenced: false,
    },
    now(),
  );
  await store.commitDesk(work, null, now());
  return "done";
}

function lineOf({ ticket, status, subject, link }: Ticket & { readonly link: string | null }): string {
  return `- **${ticket}** (${status}): ${subject}${link === null ? "" : ` ([open](${link}))`}`;
}
