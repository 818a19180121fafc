import { parseArgs } from "node:util";

import { gapsOf } from "../costs/report-gaps.ts";
import { parseSince, SINCE_ALLOWED } from "../costs/report-since.ts";
import { gapsText, reportText } from "../costs/report-text.ts";
import { makeReport } from "../costs/report.ts";
import { CATALOGUE } from "../models/catalogue.ts";
import { open, type Opened } from "./open.ts";

const HOUR = 3_600_000;

/**
 * `deskhand report`, for people; `--json` prints a `Report` (src/costs/report.ts). `--gaps` prints what the knowledge base
 * could not answer instead; with `--json` an array of `Gap` (src/costs/report-gaps.ts).
 */
export async function runReport(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      config: { type: "string" },
      json: { type: "boolean", default: false },
      gaps: { type: "boolean", default: false },
      since: { type: "string", default: "30d" },
    },
  });
  const now = Date.now();
  const since = parseSince(values.since, now);
  if (since === null) {
    process.stderr.write(`--since: "${values.since}" was given. Allowed: ${SINCE_ALLOWED}.\n`);
    return 2;
  }
  const opened = await open(values.config);
  try {
    const period = { since, now };
    const text = values.gaps
      ? await gaps(opened, period, values.json)
      : await numbers(opened, period, values.json);
    process.stdout.write(text);
    return 0;
  } finally {
    await opened.storage.close();
  }
}

interface Period {
  readonly since: number;
  readonly now: number;
}

async function gaps({ storage }: Opened, { since }: Period, json: boolean): Promise<string> {
  const found = gapsOf(await storage.reports.gapsSince(since));
  return json ? asJson(found) : gapsText(found);
}

async function numbers({ storage, loaded }: Opened, period: Period, json: boolean): Promise<string> {
  const { conversation: rules, models } = loaded.config;
  const report = await makeReport(storage.reports, period, {
    quietMs: rules.resolve_after_hours * HOUR,
    reopenMs: rules.reopen_within_hours * HOUR,
  });
  if (json) return asJson(report);
  const used = new Set(report.cost.ledger.map(({ model }) => model));
  const prices = [...used].flatMap((model) => {
    const row = models.catalogue[model] ?? CATALOGUE[model];
    return row ? [{ model, asOf: row.as_of }] : [];
  });
  return reportText(report, { rules, prices });
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
