import { parseArgs } from "node:util";

import { platformsFor } from "../../adapters/index.ts";
import { createMailer } from "../../adapters/mail/index.ts";
import type { Finding } from "../adapter.ts";
import { createLog } from "../ops/log.ts";
import { examine, type Examined } from "../ops/doctor.ts";
import { runReplay } from "./replay.ts";

/**
 * `deskhand doctor`: every check with its fix. Exit code 1 when there is a problem; warnings alone are 0. With
 * `--replay` it only puts back into line what was set aside.
 */
export async function runDoctor(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { config: { type: "string" }, replay: { type: "string" } },
  });
  if (values.replay !== undefined) return runReplay(values.replay, (text) => process.stdout.write(text));
  const levels: Finding["level"][] = [];
  const examination = examine({
    config: values.config,
    env: process.env,
    cwd: process.cwd(),
    now: Date.now,
    platformsFor: (config) =>
      platformsFor({ config, env: process.env, log: createLog("silent"), now: Date.now }),
    mailerFor: ({ mail }) => {
      const smtp = process.env["SMTP_URL"]?.trim();
      return smtp ? createMailer(smtp, mail.from) : null;
    },
  });
  for await (const examined of examination) {
    levels.push(...examined.findings.map(({ level }) => level));
    process.stdout.write(`${areaText(examined)}\n`);
  }
  process.stdout.write(`${verdict(levels)}\n`);
  return levels.includes("problem") ? 1 : 0;
}

const SIGNS: Readonly<Record<Finding["level"], string>> = {
  ok: "ok     ",
  warning: "WARNING",
  problem: "PROBLEM",
};
const INDENT = " ".repeat(2 + "PROBLEM".length + 2);

function areaText({ area, findings }: Examined): string {
  const lines = findings.map(({ level, what, fix }) => {
    const text = fix === undefined ? what : `${what}\n→ ${fix}`;
    return `  ${SIGNS[level]}  ${text.replaceAll("\n", `\n${INDENT}`)}\n`;
  });
  return `${area}\n${lines.join("")}`;
}

function verdict(levels: readonly Finding["level"][]): string {
  const count = (level: Finding["level"]) => levels.filter((one) => one === level).length;
  const problems = count("problem");
  const warnings = count("warning");
  if (problems === 0 && warnings === 0) return "All is well.";
  const parts = [
    ...(problems > 0 ? [`${problems} problem${problems === 1 ? "" : "s"}`] : []),
    ...(warnings > 0 ? [`${warnings} warning${warnings === 1 ? "" : "s"}`] : []),
  ];
  return `${parts.join(" and ")}; the lines marked → say what to do.`;
}
