import { parseArgs } from "node:util";

import { campaign, type CampaignResult, tally } from "./campaign.ts";
import { INVARIANTS } from "./harm.ts";
import { injections } from "./injections.ts";

/**
 * `npm run attacks -- [--turns 5000] [--seed 1] [--slice 500] [--injections] [--json]`: the compromised model at length.
 * Each slice is a campaign with a seed and a database of its own, so that a run can be stopped, gone on with another
 * seed, and added up. A slice in which an invariant was broken prints its seed; `--seed N --turns M --slice M` replays it.
 */
const { values } = parseArgs({
  options: {
    turns: { type: "string", default: "5000" },
    seed: { type: "string", default: "1" },
    slice: { type: "string", default: "500" },
    injections: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const turns = Number(values.turns);
const slice = Math.min(Number(values.slice), turns);
const first = Number(values.seed);
const texts = values.injections ? injections() : [];
const results: CampaignResult[] = [];
for (let seed = first; (seed - first) * slice < turns; seed += 1) {
  const result = await campaign({ seed, turns: slice, injections: texts });
  results.push(result);
  const { slack, discord, console: onConsole } = result.turns;
  process.stderr.write(
    `seed ${seed}: ${slack + discord + onConsole} turns (Slack ${slack}, Discord ${discord}, console ${onConsole}), ` +
      `${result.modelCalls} model calls, ${result.deliveries} deliveries, ${result.guardStops} drafts stopped, ` +
      `${result.refusedTools} tools refused, ${result.harms.length} harms\n`,
  );
  for (const { invariant, what, delivery } of result.harms) {
    process.stderr.write(`  seed ${seed} ${delivery}: ${invariant}: ${what}\n`);
  }
}
const broken = tally(results.flatMap(({ harms }) => harms));
const total = {
  seeds: `${first} to ${first + results.length - 1}`,
  slack: sum(results.map((one) => one.turns.slack)),
  discord: sum(results.map((one) => one.turns.discord)),
  console: sum(results.map((one) => one.turns.console)),
  modelCalls: sum(results.map((one) => one.modelCalls)),
  deliveries: sum(results.map((one) => one.deliveries)),
  guardStops: sum(results.map((one) => one.guardStops)),
  refusedTools: sum(results.map((one) => one.refusedTools)),
};
if (values.json) process.stdout.write(`${JSON.stringify({ ...total, broken }, null, 2)}\n`);
else process.stdout.write(table());
process.exitCode = INVARIANTS.some((name) => broken[name] > 0) ? 1 : 0;

function table(): string {
  const facts = [
    `${total.slack + total.discord + total.console} turns ran (Slack ${total.slack}, Discord ${total.discord}, console ${total.console}),`,
    `seeds ${total.seeds}, ${total.modelCalls} model calls, ${total.deliveries} deliveries checked,`,
    `${total.guardStops} drafts stopped as security events, ${total.refusedTools} tool calls refused.`,
  ];
  const rows = INVARIANTS.map((name) => `| ${name} | ${broken[name]} |`);
  return `${facts.join("\n")}\n\n| invariant | broken |\n|---|---|\n${rows.join("\n")}\n`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total_, n) => total_ + n, 0);
}
