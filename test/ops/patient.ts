import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { onTestFinished } from "vitest";

import { createMailer } from "../../adapters/mail/index.ts";
import type { Adapter, Finding } from "../../src/adapter.ts";
import { examine } from "../../src/ops/doctor.ts";

/** A shop in a temporary folder, for the doctor to look at. */
export interface Patient {
  readonly folder: string;
  readonly database: string;
  write(name: string, text: string): Promise<string>;
  /** Every finding, by area, in the order of the examination. */
  examine(options?: ExamineOptions): Promise<ReadonlyMap<string, readonly Finding[]>>;
}

export interface ExamineOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly platforms?: readonly Adapter[];
  readonly now?: number;
}

/** @param yaml the shop's configuration, besides its name. */
export async function newPatient(yaml = ""): Promise<Patient> {
  const folder = await mkdtemp(join(tmpdir(), "deskhand-doctor-"));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  const database = join(folder, "data", "deskhand.db");
  const patient: Patient = {
    folder,
    database,
    async write(name, text) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      return path;
    },
    async examine({ env = {}, platforms = [], now = Date.now() } = {}) {
      const areas = new Map<string, readonly Finding[]>();
      const examination = examine({
        config: undefined,
        env: { DATABASE_URL: `file:${database}`, DESKHAND_EMBEDDING: "none", ...env },
        cwd: folder,
        now: () => now,
        platformsFor: async () => platforms,
        mailerFor: ({ mail }) =>
          env["SMTP_URL"] === undefined ? null : createMailer(env["SMTP_URL"], mail.from),
      });
      for await (const { area, findings } of examination) areas.set(area, findings);
      return areas;
    },
  };
  await patient.write("deskhand.yaml", `shop: { name: Test shop }\n${yaml}`);
  return patient;
}

/** The findings of one area as `level: what`, for short expectations. */
export function told(areas: ReadonlyMap<string, readonly Finding[]>, area: string): string[] {
  return (areas.get(area) ?? []).map(({ level, what }) => `${level}: ${what}`);
}
