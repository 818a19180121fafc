import { mask } from "./agent/mask.ts";
import { maskPersonal } from "./agent/mask-personal.ts";

/** What may stand as the name of a thread: it is read by all, and stays when the message that it was made from goes. */
export function forTitle(text: string): string {
  return maskPersonal(mask(text));
}
