/** An order or a subscription as the shop's own system knows it. */
export interface Order {
  readonly id: string;
  readonly kind: "order" | "subscription";
  /** The e-mail of the customer it belongs to, lower case. */
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
 * `ordersOf` takes only an e-mail that code verified. It throws `DeskhandError("orders_unavailable")` (retryable)
 * when the source cannot be read. An unknown e-mail gives an empty list.
 */
export interface Orders {
  ordersOf(verifiedEmail: string, signal: AbortSignal): Promise<readonly Order[]>;
}
