/** A question that a customer asked in public, as an export tells it. */
export interface Asked {
  /** Unique in the export. */
  readonly id: string;
  readonly channel: string;
  readonly authorId: string;
  readonly author: string;
  readonly text: string;
  readonly at: number;
  /** True when somebody else wrote under it. */
  readonly answered: boolean;
}

/** What was in the export and is no question of a customer, counted while it is read. */
export interface LeftOut {
  bots: number;
  staff: number;
  replies: number;
  empty: number;
  /** Of customers, but asking for nothing: a greeting, chatter. */
  talk: number;
}

export interface ExportOptions {
  /** Ids or names (a role's name on Discord) of people who answer: they are not customers. */
  readonly staff: ReadonlySet<string>;
  /** Names or ids of channels to read; empty reads all. */
  readonly channels: ReadonlySet<string>;
  readonly leftOut: LeftOut;
}

export function nothingLeftOut(): LeftOut {
  return { bots: 0, staff: 0, replies: 0, empty: 0, talk: 0 };
}

/** Whether one of the names stands in a set that people typed: no case, no # or @ before it. */
export function named(set: ReadonlySet<string>, ...names: readonly (string | undefined)[]): boolean {
  return names.some((name) => name !== undefined && set.has(plainName(name)));
}

export function plainName(name: string): string {
  return name.trim().replace(/^[#@]/, "").toLowerCase();
}
