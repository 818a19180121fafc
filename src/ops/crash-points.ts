import { DeskhandError } from "../errors.ts";
import type { Store } from "../store/store.ts";

/**
 * For the fault suite: `DESKHAND_CRASH_AT=after-acceptEvent:3` ends the process, as `kill -9` would, when that step of
 * the store is reached for the third time. Each step of the program ends in one transaction of the store, so its
 * methods are all the boundaries there are: `before-commitTurn`, `after-takeDelivery` (before the send),
 * `before-markSent` (after the send). An `after` counts only what was found, so that looking in vain is no step.
 *
 * Without the variable the store is returned as it is. Throws `config_invalid` for a point that there is not.
 */
export function withCrashPoints(store: Store, setting: string | undefined): Store {
  if (!setting) return store;
  const { moment, method, times } = pointIn(setting, store);
  let left = times;
  const reached = () => {
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
  };
  const step = store[method].bind(store) as (...args: unknown[]) => Promise<unknown>;
  const wrapped = async (...args: unknown[]): Promise<unknown> => {
    if (moment === "before") reached();
    const result = await step(...args);
    if (moment === "after" && result !== null) reached();
    return result;
  };
  return { ...store, [method]: wrapped };
}

interface Point {
  readonly moment: "before" | "after";
  readonly method: keyof Store;
  readonly times: number;
}

function pointIn(setting: string, store: Store): Point {
  const [, moment, method = "", times] = /^(before|after)-(\w+):([1-9]\d*)$/.exec(setting) ?? [];
  if ((moment === "before" || moment === "after") && Object.hasOwn(store, method)) {
    return { moment, method: method as keyof Store, times: Number(times) };
  }
  throw new DeskhandError(
    "config_invalid",
    `DESKHAND_CRASH_AT: "${setting}" was given. Allowed: before-STEP:N or after-STEP:N, where STEP is one of ` +
      `${Object.keys(store).join(", ")}. It ends the process; take it out of the environment unless you test crashes.`,
  );
}
