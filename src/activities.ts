import type { Activity, Adapter } from "./adapter.ts";
import type { Address } from "./domain.ts";
import type { Log } from "./ops/log.ts";

/** What the agent is doing in one place, for one piece of work. */
export interface ShownActivity {
  show(activity: Activity): void;
  /** The work is done, and what it says takes away what is shown. */
  end(): void;
  /** It is done without a word, because a person was faster: what is shown there is taken away. */
  hide(): void;
}

export interface ActivitiesDeps {
  readonly adapterNamed: (name: string) => Adapter | undefined;
  readonly log: Log;
}

/** A platform that forgets what it was told is told again: an answer may take longer than "is typing" stays. */
export function showActivities({ adapterNamed, log }: ActivitiesDeps): (to: Address) => ShownActivity {
  async function tryTo(what: () => Promise<void> | undefined): Promise<void> {
    try {
      await what();
    } catch (error) {
      log.debug({ err: error }, "what the agent is doing could not be shown");
    }
  }

  return (to) => {
    const adapter = adapterNamed(to.adapter);
    let repeating: NodeJS.Timeout | undefined;
    const end = () => clearInterval(repeating);
    return {
      show(activity) {
        end();
        if (!adapter?.showActivity) return;
        const show = () => void tryTo(() => adapter.showActivity?.(to, activity));
        show();
        const { activityLastsMs: lasts } = adapter;
        if (lasts !== undefined) repeating = setInterval(show, lasts).unref();
      },
      end,
      hide() {
        end();
        void tryTo(() => adapter?.hideActivity?.(to));
      },
    };
  };
}
