import type { Config } from "../config/schema.ts";
import type { Address } from "../domain.ts";

/** What is needed to know who looks after a customer. */
export interface DeskPlaces {
  readonly config: Pick<Config, "desk">;
  /** A staff channel of the customer's own workspace, where the platform has such; null for the common one. */
  readonly ownDesk?: (customer: Address) => Address | null;
}

/** The staff channel for what this customer needs. */
export function deskFor(customer: Address, { config, ownDesk }: DeskPlaces): Address {
  return ownDesk?.(customer) ?? { adapter: config.desk.adapter, key: config.desk.channel };
}
