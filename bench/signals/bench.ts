/**
 * Measures the classifier on messages it has not learnt from: `node bench/signals/bench.ts`. `--mistakes` lists them,
 * `--json` prints the figures alone.
 */
import { statSync } from "node:fs";
import { createReader, readLocally } from "../../src/agent/signals/index.ts";
import { shippedModel } from "../../src/agent/signals/model.ts";
import { readOwn } from "./corpus.ts";
import { calibrationBins, measure, speedOf } from "./measure.ts";
import type { Figures } from "./measure.ts";

const test = readOwn("test");
const model = shippedModel();
const figures = measure(test, readLocally);
const parts: readonly (readonly [string, Figures])[] = [
  ["rules alone", measure(test, createReader(model, { rules: true, model: false }))],
  ["model alone", measure(test, createReader(model, { rules: false, model: true }))],
  ["both", figures],
];
const bytes = statSync(new URL("../../src/agent/signals/model.bin", import.meta.url)).size;
const speed = speedOf(test.map((example) => example.text));

if (process.argv.includes("--json")) {
  console.log(JSON.stringify({ messages: test.length, parts: Object.fromEntries(parts), speed, bytes }));
} else {
  console.log(
    `${test.length} messages set apart by theme, ${new Set(test.map(({ theme }) => theme)).size} themes\n`,
  );
  console.log("signal            part          precision  recall     F1    yes     no");
  for (const [signal] of Object.entries(figures.signals)) {
    for (const [part, { signals }] of parts) {
      const row = signals[signal as keyof typeof signals];
      const cells = [row.precision, row.recall, row.f1].map((value) => percent(value).padStart(9));
      console.log(
        `${signal.padEnd(18)}${part.padEnd(12)}${cells.join("")}${`${row.yes}`.padStart(7)}${`${row.no}`.padStart(7)}`,
      );
    }
  }
  console.log("");
  for (const [part, { intents }] of parts) {
    console.log(
      `intent            ${part.padEnd(12)}${percent(intents.right).padStart(9)} right of ${intents.count}`,
    );
  }
  for (const [name, share] of Object.entries(figures.others)) {
    console.log(`${name.padEnd(30)}${percent(share.right).padStart(9)} right of ${share.count}`);
  }
  console.log("\nconfidence      share   intent and signals right");
  for (const bin of calibrationBins(test, readLocally)) {
    console.log(
      `${bin.from.toFixed(2)} - ${bin.to.toFixed(2)}   ${percent(bin.share).padStart(6)}   ${bin.count === 0 ? "-" : percent(bin.right)}`,
    );
  }
  console.log(
    `\nat 0.45 and above: ${percent(figures.confident.share)} of the messages, ${percent(figures.confident.right)} of them right`,
  );
  console.log(
    `${speed.median.toFixed(0)} µs a message (median), ${speed.worst.toFixed(0)} µs at the 99th of 100`,
  );
  console.log(`model file ${bytes} bytes`);
  if (process.argv.includes("--mistakes")) for (const mistake of figures.mistakes) console.log(mistake);
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
