/**
 * Where things are said on the console. What a customer or a script names itself is always prefixed, so a conversation
 * called `desk/1` is `c/desk/1` and never the bridge of an escalation.
 *
 *     desk               the staff channel
 *     desk/<escalation>  the bridge: the thread under an escalation's card
 *     c/<conversation>   a customer's conversation
 *     u/<user>           a user outside any conversation, who proves an e-mail there
 */
import type { Address } from "../../src/domain.ts";

export const CONSOLE = "console";

const DESK = "desk";

export function conversationAddress(id: string): Address {
  return { adapter: CONSOLE, key: `c/${id}` };
}

export function bridgeAddress(escalationId: string): Address {
  return { adapter: CONSOLE, key: `${DESK}/${escalationId}` };
}

/** The escalation whose bridge it is. */
export function escalationAt({ key }: Address): string | undefined {
  return key.startsWith(`${DESK}/`) ? key.slice(DESK.length + 1) : undefined;
}

export function userAddress(userId: string): Address {
  return { adapter: CONSOLE, key: `u/${userId}` };
}

/** The id that people know an address by. A place on another platform is shown with the platform's name. */
export function plainId(address: Address): string {
  if (address.adapter !== CONSOLE) return `${address.adapter}:${address.key}`;
  return address.key.startsWith("c/") ? address.key.slice(2) : address.key;
}
