import type { InboundEvent } from "./domain.ts";

/**
 * Events of one lane are worked one after the other. Staff have a lane of their own beside the customer's, because a
 * claim must not wait until the AI has finished writing.
 */
export function laneOf({ address, sender, body }: InboundEvent): string {
  if (sender.role !== "staff") return talkLane(address.adapter, address.key);
  const named = "escalationId" in body ? body.escalationId : undefined;
  return `desk:${named ?? `${address.adapter}:${address.key}`}`;
}

export function talkLane(adapter: string, key: string): string {
  return `talk:${adapter}:${key}`;
}
