import type { TicketStatus } from "../domain.ts";

/** Whom an operator means: by the e-mail they proved, or by one account of theirs. */
export type PersonKey = { readonly email: string } | { readonly adapter: string; readonly userId: string };

/** Everything that is kept of one person, for them to read. What others wrote in the same threads is not theirs. */
export interface PersonExport {
  readonly email: string | null;
  readonly since: string;
  readonly accounts: readonly {
    readonly platform: string;
    readonly id: string;
    readonly name: string;
    readonly verifiedBy: string | null;
    readonly verifiedAt: string | null;
  }[];
  readonly conversations: readonly {
    readonly id: number;
    readonly platform: string;
    readonly visibility: string;
    readonly link: string | null;
    readonly startedAt: string;
    readonly messages: readonly {
      readonly at: string;
      readonly by: "you" | "ai" | "system" | "staff";
      readonly name: string;
      readonly text: string;
      readonly deleted?: true;
    }[];
  }[];
  /** What was asked in each turn, and what was looked for and found. */
  readonly turns: readonly {
    readonly at: string;
    readonly question: string;
    readonly intent: string;
    readonly outcome: string;
    readonly detail: string | null;
    readonly articles: readonly string[];
    readonly story: Readonly<Record<string, unknown>>;
  }[];
  readonly tickets: readonly {
    readonly ticket: string;
    readonly status: TicketStatus;
    readonly subject: string;
    readonly description: string;
    readonly createdAt: string;
    readonly history: readonly { readonly at: string; readonly kind: string; readonly detail: string }[];
  }[];
  readonly escalations: readonly {
    readonly id: string;
    readonly reason: string;
    readonly summary: string;
    readonly status: string;
    readonly createdAt: string;
    readonly closedAt: string | null;
    readonly closedNote: string | null;
  }[];
  readonly ratings: readonly {
    readonly at: string;
    readonly score: number;
    readonly comment: string | null;
  }[];
  readonly feedback: readonly { readonly at: string; readonly answer: string; readonly helpful: boolean }[];
  /** E-mails that somebody set out to prove from these accounts, or this e-mail from any. Codes are not kept. */
  readonly verifications: readonly { readonly at: string; readonly email: string; readonly used: boolean }[];
  /** Events as they came in. */
  readonly events: readonly { readonly at: string; readonly state: string; readonly event: unknown }[];
  /** What was sent to them or about them. */
  readonly deliveries: readonly {
    readonly at: string;
    readonly to: string;
    readonly state: string;
    readonly content: unknown;
  }[];
  readonly audit: readonly { readonly at: string; readonly kind: string; readonly detail: string }[];
  /** What models were paid for them, in micro-dollars. */
  readonly costMicros: number;
}

/** How much of each kind was erased. */
export type Erased = Readonly<
  Record<
    | "accounts"
    | "events"
    | "conversations"
    | "messages"
    | "turns"
    | "tickets"
    | "escalations"
    | "deliveries"
    | "ratings"
    | "feedback"
    | "verifications",
    number
  >
>;

/** The data of one person over all platforms: `deskhand customer`. */
export interface PeopleStore {
  /** Null when nothing is kept of them. */
  exportPerson(who: PersonKey): Promise<PersonExport | null>;
  /**
   * Takes everything of one person out of the store (SQLite: down to the bytes of the file). What others wrote in the same
   * threads stays, without the person's e-mail and name. The ledger stays under a number that leads to nobody, and the
   * audit trail says that somebody was erased. All or nothing; null when nothing is kept of them. Only while no other
   * process works the store.
   */
  erasePerson(who: PersonKey, now: number): Promise<Erased | null>;
}
