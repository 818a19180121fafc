import type { Adapter, Finding } from "../adapter.ts";
import { loadConfig, type LoadedConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { DeskhandError } from "../errors.ts";
import { openEmbedder } from "../knowledge/dense/open-embedder.ts";
import { databaseOf } from "../store/database-url.ts";
import { checkBudgets, checkConfig, checkHours } from "./check-config.ts";
import { checkDatabase, type CheckedDatabase } from "./check-database.ts";
import { checkInbox } from "./check-inbox.ts";
import { checkKnowledge } from "./check-knowledge.ts";
import { checkMail, type MailChecked } from "./check-mail.ts";
import { checkModel } from "./check-model.ts";
import { checkOrders } from "./check-orders.ts";
import { checkPlatforms } from "./check-platforms.ts";

export interface DoctorOptions {
  /** What `--config` named. */
  readonly config: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly now: () => number;
  /** The platforms that have credentials; not started. */
  readonly platformsFor: (config: Config) => Promise<readonly Adapter[]>;
  /** Null when no mail server is set. Throws `config_invalid` when what is set is none. */
  readonly mailerFor: (config: Config) => MailChecked | null;
}

export interface Examined {
  readonly area: string;
  readonly findings: readonly Finding[];
}

/**
 * Every check, one area after another as it is done. Changes nothing: no database is made or migrated, no platform
 * started. What fails becomes a finding; this never throws.
 */
export async function* examine(options: DoctorOptions): AsyncGenerator<Examined> {
  const { env, now } = options;
  const found: { loaded?: LoadedConfig; database: CheckedDatabase["database"] } = {
    database: "unknown",
  };
  yield examined("Configuration", () => {
    found.loaded = loadConfig(options.config, env, options.cwd);
    return checkConfig(found.loaded);
  });
  yield examined("Database", async () => {
    const named = databaseOf(env["DATABASE_URL"]);
    const { findings, database } =
      named.engine === "sqlite"
        ? checkDatabase(named.path)
        : await (await import("./check-postgres.ts")).checkPostgres(named, env);
    found.database = database;
    return findings;
  });
  const { loaded } = found;
  const database = typeof found.database === "string" ? null : found.database;
  try {
    if (database) yield examined("Inbox and outbox", () => checkInbox(database.reports, now()));
    // Without a configuration there is nothing more to hold the rest against.
    if (!loaded) return;
    const { config } = loaded;
    // A database that cannot be read says nothing about the articles in it.
    if (found.database !== "unknown") {
      const index = database && database.index;
      yield examined("Knowledge base", () =>
        checkKnowledge(loaded, index, openEmbedder(config.knowledge, env)),
      );
    }
    yield examined("Orders", () => checkOrders(loaded, env));
    yield examined("Budgets", () => checkBudgets(config));
    let platforms: readonly Adapter[] = [];
    yield examined("Desk and platforms", async () => {
      platforms = await options.platformsFor(config);
      return [...(await checkPlatforms(platforms, config, env)), checkHours(config.desk.hours)];
    });
    yield examined("Mail", () => checkMail(() => options.mailerFor(config), platforms, config));
    yield examined("Model", () => checkModel({ config, env, now }));
  } finally {
    await database?.close();
  }
}

async function examined(
  area: string,
  check: () => readonly Finding[] | Promise<readonly Finding[]>,
): Promise<Examined> {
  try {
    return { area, findings: await check() };
  } catch (error) {
    return { area, findings: [{ level: "problem", what: wordsOf(error) }] };
  }
}

/** Our own errors say what to do; any other is shown with where it came from. */
function wordsOf(error: unknown): string {
  if (error instanceof DeskhandError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
