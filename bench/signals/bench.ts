/**
 * Measures the classifier on messages it has not learnt from: `node bench/signals/bench.ts`. `--mistakes` lists those of the
 * split `test` (those of the others are never shown), `--json` prints the figures alone.
 */
import { statSync } from "node:fs";
import { createReader, readLocally } from "../../src/agent/signals/index.ts";
import { shippedModel } from "../../src/agent/signals/model.ts";
import { SIGNALS } from "../../src/agent/signals/outputs.ts";
import { HELD_OUT, readHeldOut, readUnseen, SPLITS } from "./corpus.ts";
import type { Example } from "./corpus.ts";
import { calibrationBins, calibrationError, measure, signalCalibrationError, speedOf } from "./measure.ts";
import type { Figures, YesOrNo } from "./measure.ts";

type Parts = readonly (readonly [name: string, figures: Figures])[];

const model = shippedModel();
const splits = SPLITS.map((name) => {
  const examples = readUnseen(name);
  const parts: Parts = [
    ["rules alone", measure(examples, createReader(model, "rules"))],
    ["n-grams alone", measure(examples, createReader(model, "ngrams"))],
    ["network alone", measure(examples, createReader(model, "network"))],
    ["all", measure(examples, readLocally)],
  ];
  return { name, examples, parts };
});
const publicSets = HELD_OUT.map((name) => {
  const examples = readHeldOut(name);
  return { name, examples, figures: measure(examples, readLocally) };
});
const bytes = statSync(new URL("../../src/agent/signals/model.bin", import.meta.url)).size;
const speed = speedOf(splits.flatMap(({ examples }) => examples.map(({ text }) => text)));

if (process.argv.includes("--json")) {
  const figures = splits.map(({ name, examples, parts }) => [
    name,
    {
      messages: examples.length,
      parts: Object.fromEntries(parts.map(([part, figures]) => [part, { ...figures, mistakes: undefined }])),
      calibrationError: calibrationError(examples, readLocally),
    },
  ]);
  const others = publicSets.map(({ name, examples, figures }) => [
    name,
    { messages: examples.length, ...figures, mistakes: undefined },
  ]);
  console.log(JSON.stringify({ ...Object.fromEntries([...figures, ...others]), speed, bytes }));
} else {
  for (const { name, examples, parts } of splits) print(name, examples, parts);
  printPublic();
  console.log(
    `${speed.median.toFixed(0)} µs a message (median), ${speed.worst.toFixed(0)} µs at the 99th of 100`,
  );
  console.log(`model file ${bytes} bytes`);
}

function print(name: string, examples: readonly Example[], parts: Parts): void {
  const themes = new Set(examples.map(({ theme }) => theme.split("/")[0])).size;
  console.log(`== ${name}: ${examples.length} messages of ${themes} communities, never learnt from\n`);
  console.log("signal            part           precision  recall     F1    yes     no");
  for (const signal of SIGNALS) {
    for (const [part, { signals }] of parts) row(signal, part, signals[signal]);
  }
  for (const [part, { policy }] of parts) row("policy together", part, policy);
  // The intent is always the model's; the rules only tell it what they found.
  for (const [part, { outOfScope }] of parts.slice(1)) row("out of scope", part, outOfScope);
  console.log("");
  for (const [part, { intents }] of parts.slice(1)) {
    console.log(
      `intent            ${part.padEnd(14)}${percent(intents.right).padStart(9)} right of ${intents.count}`,
    );
  }
  const all = parts.at(-1)?.[1];
  for (const [what, share] of Object.entries(all?.others ?? {})) {
    console.log(`${what.padEnd(32)}${percent(share.right).padStart(9)} right of ${share.count}`);
  }
  console.log("\nconfidence      share   intent and signals right");
  for (const bin of calibrationBins(examples, readLocally)) {
    console.log(
      `${bin.from.toFixed(2)} - ${bin.to.toFixed(2)}   ${percent(bin.share).padStart(6)}   ${bin.count === 0 ? "-" : `${percent(bin.right)} of ${bin.count}`}`,
    );
  }
  console.log(`\nexpected calibration error ${percent(calibrationError(examples, readLocally))}`);
  const ofSignals = SIGNALS.map(
    (signal) => `${signal} ${percent(signalCalibrationError(examples, readLocally, signal))}`,
  );
  console.log(`of the signals' probabilities: ${ofSignals.join(", ")}`);
  const sure = all?.confident ?? { share: 0, right: 0 };
  console.log(
    `settled locally (0.45 and above): ${percent(sure.share)} of the messages, ${percent(sure.right)} of them right\n`,
  );
  if (name === "test" && process.argv.includes("--mistakes"))
    for (const mistake of all?.mistakes ?? []) console.log(mistake);
}

/** Their parts for measuring, of which no message is learnt; a signal is shown where the set labels it. */
function printPublic(): void {
  console.log("== public sets, from the parts that their authors keep for measuring\n");
  console.log("signal            set            precision  recall     F1    yes     no");
  for (const { name, figures } of publicSets) {
    for (const signal of SIGNALS) {
      const { yes, no } = figures.signals[signal];
      if (yes + no > 0) row(signal, name, figures.signals[signal]);
    }
    if (figures.outOfScope.yes > 0) row("out of scope", name, figures.outOfScope);
  }
  console.log("");
  for (const { name, examples, figures } of publicSets) {
    if (figures.intents.count === 0) continue;
    console.log(
      `intent            ${name.padEnd(14)}${percent(figures.intents.right).padStart(9)} right of ${figures.intents.count}; calibration error ${percent(calibrationError(examples, readLocally))}; settled locally ${percent(figures.confident.share)}, ${percent(figures.confident.right)} of them right`,
    );
  }
  console.log("");
}

function row(name: string, part: string, { precision, recall, f1, yes, no, alarms }: YesOrNo): void {
  const cells =
    yes > 0
      ? [precision, recall, f1].map((value) => percent(value).padStart(9)).join("")
      : `   ${alarms} false alarms`.padEnd(27);
  console.log(`${name.padEnd(18)}${part.padEnd(15)}${cells}${`${yes}`.padStart(7)}${`${no}`.padStart(7)}`);
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
