import type { Config } from "../config/schema.ts";
import { makeReport } from "../costs/report.ts";
import type { Overview } from "../domain.ts";
import type { ReportStore } from "../store/reports-port.ts";
import type { Store } from "../store/store.ts";
import { cardOf } from "./card.ts";
import { pauseNow } from "./pause.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface OverviewDeps {
  readonly store: Store;
  readonly reports: ReportStore;
  readonly config: Pick<Config, "conversation">;
  readonly now: () => number;
}

/** What waits, what `person` has claimed, and the numbers of the last 24 hours. */
export async function overviewFor(person: string, deps: OverviewDeps): Promise<Overview> {
  const { store, now } = deps;
  const open = await store.openEscalations();
  const cards = open.map((escalation) => cardOf(escalation, escalation.place, false));
  const { volume, resolution, escalations, waiting, cost } = await lastDay(deps);
  return {
    queue: cards.filter(({ status }) => status === "open"),
    mine: cards.filter(({ claimedBy }) => claimedBy?.id === person),
    lastDay: {
      answered: volume.byOutcome["answered"] ?? 0,
      escalated: escalations.opened,
      resolved: resolution.resolved,
      claimedAfterMs: waiting.claim.medianMs,
      costMicros: cost.totalMicros,
    },
    paused: await pauseNow(store, now()),
  };
}

export async function lastDay({ reports, config: { conversation }, now }: OverviewDeps) {
  const rules = {
    quietMs: conversation.resolve_after_hours * HOUR,
    reopenMs: conversation.reopen_within_hours * HOUR,
  };
  return makeReport(reports, { since: now() - DAY, now: now() }, rules);
}
