import type * as schema from "./schema.ts";

/** Where the traces of one person are. */
export interface Person {
  /** Null for an e-mail that was never proved: somebody only asked for a code. */
  readonly customerId: number | null;
  readonly email: string | null;
  readonly accounts: readonly (typeof schema.identities.$inferSelect)[];
  /** Those that they opened. */
  readonly conversations: readonly (typeof schema.conversations.$inferSelect)[];
  /** Numbers of the events that they sent; what followed from an event is named after it. */
  readonly seqs: ReadonlySet<number>;
  readonly turnIds: ReadonlySet<string>;
  readonly escalationIds: ReadonlySet<string>;
  readonly tickets: readonly string[];
  /** Ids of deliveries to them and about them, copies for staff included. */
  readonly deliveries: readonly string[];
}

/** What tells whether a delivery is to a person or about them. */
export interface SentDelivery {
  readonly id: string;
  readonly toAdapter: string;
  readonly recipient: string | null;
  readonly conversationId: number | null;
  readonly escalationId: string | null;
}

/** What a step sends is named after the event that it came from: `turn-17.1`, `verify-17.1`, `reveal-17.turn-9.1`. */
const NAMED_AFTER = /^(?:notice-)?(?:[a-z]+)-(\d+)(?:\.|$)/;

/** The number of the event that a turn answers first. */
export function seqOf(turn: string): number {
  return Number(turn.slice("turn-".length));
}

/** @param turnsInOwn ids of all turns in the conversations that this person opened. */
export function isAboutPerson(
  person: Omit<Person, "deliveries">,
  turnsInOwn: readonly string[],
): (delivery: SentDelivery) => boolean {
  const own = new Set(person.conversations.map(({ id }) => id));
  const recipients = new Set(person.accounts.map(({ adapter, userId }) => `${adapter} ${userId}`));
  const others = new Set(turnsInOwn.map(seqOf).filter((seq) => !person.seqs.has(seq)));
  return ({ id, toAdapter, recipient, conversationId, escalationId }) => {
    const seq = Number(NAMED_AFTER.exec(id)?.[1] ?? -1);
    if (person.seqs.has(seq) || recipients.has(`${toAdapter} ${recipient}`)) return true;
    if (escalationId !== null && person.escalationIds.has(escalationId)) return true;
    // An answer to another member in this person's thread is that member's.
    return conversationId !== null && own.has(conversationId) && !others.has(seq);
  };
}

export function isAccountOf({ accounts }: Person, adapter: string, userId: string): boolean {
  return accounts.some((account) => account.adapter === adapter && account.userId === userId);
}
