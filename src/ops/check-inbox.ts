import type { Finding } from "../adapter.ts";
import { duration } from "../costs/report-text.ts";
import type { ReportStore } from "../store/reports-port.ts";

/** A longer list would hide the other findings. */
const MOST_SHOWN = 10;

/** What could not be worked or delivered: nobody was answered there, so somebody should look. */
export async function checkInbox(store: ReportStore, now: number): Promise<Finding[]> {
  const aside = await store.setAsideEvents();
  const failed = await store.failedDeliveries();
  if (aside.length === 0 && failed.length === 0) {
    return [{ level: "ok", what: "Every event has been worked and every delivery accepted." }];
  }
  return [
    ...newest(aside).map(({ seq, adapter, kind, receivedAt, attempts, error }): Finding => ({
      level: "warning",
      what: `Event ${seq} (${kind} from ${adapter}, ${duration(now - receivedAt)} ago) was set aside after ${attempts} failed tries: ${error ?? "no cause recorded"}`,
      fix: `Mend the cause, then run: deskhand doctor --replay ${seq}. Or answer by hand in the customer's thread, and report this line.`,
    })),
    ...more(aside.length, "events set aside"),
    ...newest(failed).map(({ id, adapter, createdAt, error }): Finding => ({
      level: "warning",
      what: `Delivery ${id} to ${adapter} (${duration(now - createdAt)} ago) was refused for good: ${error ?? "no cause recorded"}`,
      fix: "Check what the platform allows there, and tell whoever was meant to read it.",
    })),
    ...more(failed.length, "refused deliveries"),
  ];
}

function newest<T>(items: readonly T[]): readonly T[] {
  return items.slice(-MOST_SHOWN);
}

function more(count: number, what: string): Finding[] {
  if (count <= MOST_SHOWN) return [];
  return [{ level: "warning", what: `There are ${count - MOST_SHOWN} older ${what}.` }];
}
