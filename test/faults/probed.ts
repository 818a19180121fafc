import type { Store } from "../../src/store/store.ts";

/** Told of a boundary of the program: `before commitTurn`, or `after commitTurn` with what it was called with and gave. */
export type Probe = (point: string, args?: readonly unknown[], result?: unknown) => Promise<void>;

/** Looks that the pumps take again and again, which begin nothing. */
const LOOKS: ReadonlySet<string> = new Set([
  "nextWorkAt",
  "nextDeliveryAt",
  "nextTimerAt",
  "takeTimer",
  "pending",
]);

/** Every step of the store tells the probe before and after, and waits for it. A look in vain has no after. */
export function probed(store: Store, probe: Probe): Store {
  const methods = Object.entries(store).map(([name, method]) => {
    if (LOOKS.has(name)) return [name, method];
    const step = method as (...args: unknown[]) => Promise<unknown>;
    const wrapped = async (...args: unknown[]): Promise<unknown> => {
      await probe(`before ${name}`, args);
      const result = await step(...args);
      if (result !== null) await probe(`after ${name}`, args, result);
      return result;
    };
    return [name, wrapped];
  });
  return { ...store, ...(Object.fromEntries(methods) as Partial<Store>) };
}
