import type { Activity, Adapter } from "./adapter.ts";
import type { Address } from "./domain.ts";
import type { Log } from "./ops/log.ts";

/** What the agent is doing in a conversation, shown for as long as it does it. */
export interface Activities {
  show(to: Address, activity: Activity): void;
  /** The agent does nothing there any more. What is shown goes by itself. */
  end(to: Address): void;
}

export interface ActivitiesDeps {
  readonly adapterNamed: (name: string) => Adapter | undefined;
  readonly log: Log;
}

/** A platform that forgets what it was told is told again: an answer may take longer than "is typing" stays. */
export function createActivities({ adapterNamed, log }: ActivitiesDeps): Activities {
  const repeating = new Map<string, NodeJS.Timeout>();

  function end(to: Address): void {
    const key = keyOf(to);
    clearInterval(repeating.get(key));
    repeating.delete(key);
  }

  return {
    show(to, activity) {
      end(to);
      const adapter = adapterNamed(to.adapter);
      if (!adapter?.showActivity) return;
      const show = async () => {
        try {
          await adapter.showActivity?.(to, activity);
        } catch (error) {
          log.debug({ err: error }, "what the agent is doing could not be shown");
        }
      };
      void show();
      if (adapter.activityLastsMs === undefined) return;
      repeating.set(keyOf(to), setInterval(() => void show(), adapter.activityLastsMs).unref());
    },
    end,
  };
}

function keyOf({ adapter, key }: Address): string {
  return `${adapter}\0${key}`;
}
