import { gapsText } from "../../costs/report-text.ts";
import { dollars, percent } from "../eval-text.ts";
import type { LeftOut } from "./asked.ts";
import type { Projection } from "./projection.ts";

/** A projection for people. */
export function shadowText(projection: Projection, leftOut: LeftOut): string {
  const { tiers, cost, byReason, unansweredThen: then } = projection;
  const row = (name: string, value: string) => `${name.padEnd(24)}${value}`;
  const reasons = Object.entries(byReason).map(([reason, count]) => `${reason} ${count}`);
  const day = (time: string | null) => time?.slice(0, 10) ?? "–";
  const lines = [
    row("model", projection.model),
    row(
      "questions",
      `${projection.questions} of ${projection.customers} people, ${day(projection.from)} to ${day(projection.to)} (${projection.days} days)`,
    ),
    row(
      "left out",
      `${leftOut.replies} replies, ${leftOut.staff} of staff, ${leftOut.bots} of bots, ${leftOut.empty} without text, ${leftOut.talk} that ask for nothing`,
    ),
    row(
      "dealt with by",
      `tier 1 ${percent(tiers.tier1.share)}, tier 2 ${percent(tiers.tier2.share)}, code alone ${percent(tiers.code.share)}`,
    ),
    row("without a person", percent(projection.resolution)),
    row(
      "calls for a person",
      `${projection.escalated}${reasons.length === 0 ? "" : `: ${reasons.join(", ")}`}`,
    ),
    row("nobody answered then", `${then.count}; ${then.answeredNow} of them would have got an answer`),
    row(
      `cost, ${cost.kind}`,
      `${dollars(cost.totalMicros)} in all, ${dollars(cost.perQuestionMicros)} a question, ${dollars(cost.perMonthMicros)} a month`,
    ),
  ];
  const more = projection.gapsLeftOut > 0 ? `${projection.gapsLeftOut} more were not grouped.\n` : "";
  return `${lines.join("\n")}\n\n${gapsText(projection.gaps)}${more}`;
}
