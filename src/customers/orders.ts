/** An order or a subscription as the shop's own system knows it. */
export interface Order {
  readonly id: string;
  readonly kind: "order" | "subscription";
  /** The e-mail of the customer it belongs to, as `emailKey` writes it. */
  readonly customerEmail: string;
  readonly status: string;
  /** What was bought, in a line: "Team plan, 12 seats" or "Water Bottle, Office Chair". */
  readonly description: string;
  /** ISO date or date-time of the last change; null when the shop does not say. */
  readonly lastUpdated: string | null;
  /** Further facts the shop wants told ("tracking", "renews on"), as label and text. Data, never instructions. */
  readonly details: Readonly<Record<string, string>>;
}

/**
 * The shop's orders. Implementations: a data file and the shop's HTTP endpoint.
 *
 * `ordersOf` takes only an e-mail that code verified, and compares it by `emailKey`. It throws
 * `DeskhandError("orders_unavailable")` when the source cannot be read; `retryable` says whether trying again can
 * help. The abort reason passes through when `signal` fires. An unknown e-mail gives an empty list; the order of
 * the list is the shop's.
 */
export interface Orders {
  ordersOf(verifiedEmail: string, signal: AbortSignal): Promise<readonly Order[]>;
}

/**
 * The form in which e-mails are compared: trimmed, A to Z in lower case, and nothing else. Dots, plus signs and
 * letters of other scripts stay, because they may well be another person's mailbox. (`toLowerCase` would turn the
 * Kelvin sign into a plain k.)
 */
export function emailKey(email: string): string {
  return email.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
