import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { dirname, join } from "node:path";

import { describe, expect, it } from "vitest";

import type { Adapter } from "../../src/adapter.ts";
import { openSqlite } from "../../src/store/open.ts";
import { newPatient, told } from "./patient.ts";

describe("the doctor and the configuration", () => {
  it("goes through every area of a new shop and makes nothing", async () => {
    const patient = await newPatient("knowledge: { sources: [./articles] }\n");
    await patient.write("articles/one.md", "# One\n\nText.\n");
    const areas = await patient.examine();
    expect([...areas.keys()]).toEqual([
      "Configuration",
      "Database",
      "Knowledge base",
      "Orders",
      "Budgets",
      "Desk and platforms",
      "Mail",
      "Model",
    ]);
    expect([...areas.values()].flat().filter(({ level }) => level !== "ok")).toEqual([]);
    expect(existsSync(join(patient.folder, "data"))).toBe(false);
  });

  it("names the file and the size of the prompt that it makes", async () => {
    const patient = await newPatient();
    const [file, prompt] = told(await patient.examine(), "Configuration");
    expect(file).toBe(`ok: ${join(patient.folder, "deskhand.yaml")} for Test shop`);
    expect(prompt).toMatch(/^ok: The system prompt has [2-5]\d\d of 800 tokens/);
  });

  it("says so when the sample shop stands in", async () => {
    const patient = await newPatient();
    const sample = join(import.meta.dirname, "..", "..", "examples", "acme", "deskhand.yaml");
    const areas = await patient.examine({ env: { DESKHAND_CONFIG: sample } });
    expect(areas.get("Configuration")?.[0]).toMatchObject({
      level: "warning",
      what: `The sample shop is in use (${sample}).`,
    });
  });

  it("takes a wrong setting for a finding and still looks at the database", async () => {
    const patient = await newPatient("budgets: { per_day: -1 }\n");
    const areas = await patient.examine();
    expect([...areas.keys()]).toEqual(["Configuration", "Database"]);
    expect(told(areas, "Configuration")[0]).toMatch(/^problem: [^]*budgets\.per_day: -1 was given/);
  });

  it("takes a prompt that is too long for a finding", async () => {
    const patient = await newPatient(
      `agent: { persona: "${"We sell a great many things. ".repeat(150)}" }\n`,
    );
    expect(told(await patient.examine(), "Configuration").join()).toMatch(
      /^problem: agent: the system prompt would be \d+ tokens long, 800 are allowed.*agent\.persona/,
    );
  });

  it("takes an address of no database for a finding, without the password in it", async () => {
    const patient = await newPatient();
    const areas = await patient.examine({ env: { DATABASE_URL: "mysql://me:secret@host/db" } });
    expect(told(areas, "Database")[0]).toContain("problem: DATABASE_URL:");
    expect(JSON.stringify([...areas])).not.toContain("secret");
  });
});

describe("the doctor and the desk", () => {
  it("finds budgets that lie above the ones around them", async () => {
    const patient = await newPatient("budgets: { per_conversation: 3, per_customer_day: 2, per_day: 1 }\n");
    const findings = (await patient.examine()).get("Budgets") ?? [];
    expect(findings.map(({ level }) => level)).toEqual(["warning", "warning"]);
    expect(findings.map(({ what }) => what).join()).toMatch(
      /per_conversation \(\$3\).*per_customer_day \(\$2\)/s,
    );
  });

  it.each([
    [
      'from: "18:00", to: "09:00"',
      "ok: Business hours 18:00 to 09:00 the next day on mon, tue, wed, thu, fri (UTC).",
    ],
    [
      "timezone: Europe/Berlin",
      "ok: Business hours 09:00 to 17:00 on mon, tue, wed, thu, fri (Europe/Berlin).",
    ],
  ])("judges business hours {%s}", async (hours, expected) => {
    const patient = await newPatient(`desk: { hours: { ${hours} } }\n`);
    expect(told(await patient.examine(), "Desk and platforms").join("\n")).toContain(expected);
  });

  it("finds a staff channel on a platform that does not run", async () => {
    const patient = await newPatient("desk: { adapter: slack, channel: C1 }\n");
    const lines = told(await patient.examine(), "Desk and platforms").join("\n");
    expect(lines).toContain('problem: desk.adapter is "slack", which does not run');
  });

  it.each<[Record<string, string>, string, string]>([
    [
      { SLACK_BOT_TOKEN: "x" },
      "SLACK_BOT_TOKEN is set, but slack does not run: SLACK_APP_TOKEN or SLACK_SIGNING_SECRET is missing.",
      "Set SLACK_APP_TOKEN or SLACK_SIGNING_SECRET, or take out what is set.",
    ],
    [
      { SLACK_APP_TOKEN: "x" },
      "SLACK_APP_TOKEN is set, but slack does not run: SLACK_BOT_TOKEN is missing.",
      "Set SLACK_BOT_TOKEN, or take out what is set.",
    ],
    [
      { SLACK_CLIENT_ID: "x", SLACK_SIGNING_SECRET: "x", DESKHAND_SECRET: "x" },
      "SLACK_SIGNING_SECRET, SLACK_CLIENT_ID are set, but slack does not run: SLACK_CLIENT_SECRET, SLACK_STATE_SECRET are missing.",
      "Set SLACK_CLIENT_SECRET and SLACK_STATE_SECRET, or take out what is set.",
    ],
    [
      { SLACK_APP_TOKEN: "x", DISCORD_TOKEN: " " },
      "SLACK_APP_TOKEN is set, but slack does not run: SLACK_BOT_TOKEN is missing.",
      "Set SLACK_BOT_TOKEN, or take out what is set.",
    ],
  ])("says what is missing where a platform is half set up: %j", async (env, what, fix) => {
    const patient = await newPatient();
    const findings = (await patient.examine({ env })).get("Desk and platforms") ?? [];
    expect(findings.filter(({ level }) => level !== "ok")).toEqual([{ level: "warning", what, fix }]);
  });

  it("says nothing of platforms that nobody set up", async () => {
    const patient = await newPatient();
    const env = { DESKHAND_SECRET: "x" };
    expect(told(await patient.examine({ env }), "Desk and platforms").join()).not.toMatch(/slack|discord/i);
  });

  it("says what the desk's platform lacks", async () => {
    const patient = await newPatient("desk: { adapter: discord, channel: '12345678901234567' }\n");
    const findings = (await patient.examine()).get("Desk and platforms") ?? [];
    expect(findings.find(({ level }) => level === "problem")?.fix).toBe(
      "Set desk.adapter to one that runs (console), or give discord its credentials (DISCORD_TOKEN).",
    );
  });

  it("asks each platform about itself, and survives one that fails", async () => {
    const patient = await newPatient("desk: { adapter: slack, channel: C1 }\n");
    const lacking = { level: "problem", what: "The bot is not in C1.", fix: "/invite it." } as const;
    const platforms = [
      platform("slack", async () => [lacking]),
      platform("discord", async () => Promise.reject(new Error("no network"))),
    ];
    const areas = await patient.examine({ env: { SLACK_BOT_TOKEN: "x" }, platforms });
    const findings = areas.get("Desk and platforms") ?? [];
    expect(findings).toContainEqual(lacking);
    expect(findings).toContainEqual({ level: "problem", what: "discord: no network" });
    expect(findings[0]?.what).toBe("deskhand start runs slack and discord.");
    expect(findings.map(({ what }) => what).join()).not.toContain("does not run");
  });
});

describe("deskhand doctor", () => {
  it("ends with 0 when there are only warnings, and with 1 when there is a problem", async () => {
    const patient = await newPatient("knowledge: { sources: [./articles] }\n");
    await patient.write("articles/one.md", "# One\n\nText.\n");
    const well = await run(patient.folder, patient.database, {});
    expect(well).toMatchObject({ code: 0, stderr: "" });
    expect(well.stdout).toMatch(/\nAll is well\.\n$/);
    const warned = await run(patient.folder, patient.database, { SLACK_APP_TOKEN: "xapp-1" });
    expect(warned.code).toBe(0);
    expect(warned.stdout).toMatch(/\n1 warning; the lines marked → say what to do\.\n$/);
    await patient.write("deskhand.yaml", "shop: {}\n");
    const ill = await run(patient.folder, patient.database, {});
    expect(ill).toMatchObject({ code: 1, stderr: "" });
    expect(ill.stdout).toContain("shop.name: nothing was given.");
  });

  it.each([
    ["the file", 0o777],
    ["the file and its folder", 0o555],
  ])("finds that it may not write %s of the database", async (_, folderMode) => {
    const patient = await newPatient();
    openSqlite(patient.database).connection.close();
    const data = dirname(patient.database);
    await chmod(patient.database, 0o444);
    await chmod(data, folderMode);
    await chmod(patient.folder, 0o755);
    const { code, stdout } = await run(patient.folder, patient.database, {}, NOBODY);
    await chmod(data, 0o755);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /PROBLEM {2}.*deskhand\.db cannot be written \(attempt to write a readonly database\)/,
    );
    expect(stdout).toMatch(/write access to the file and its folder/);
  });
});

function platform(name: string, check: NonNullable<Adapter["check"]>): Adapter {
  const unused = async (): Promise<never> => Promise.reject(new Error("the doctor starts nothing"));
  return { name, wantsReports: false, start: unused, stop: unused, send: unused, check };
}

/** Root may write everything, so what may not be written is tried as nobody. */
const NOBODY = process.getuid?.() === 0 ? 65_534 : undefined;

async function run(cwd: string, database: string, more: NodeJS.ProcessEnv, uid?: number) {
  const main = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");
  const { ANTHROPIC_API_KEY: _key, DESKHAND_CONFIG: _config, ...inherited } = process.env;
  const env = { ...inherited, DATABASE_URL: `file:${database}`, DESKHAND_EMBEDDING: "none", ...more };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [main, "doctor"],
      { cwd, env, ...(uid !== undefined && { uid }) },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}
