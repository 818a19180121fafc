import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { DeskhandError } from "../errors.ts";

export type NamedDatabase =
  | { readonly engine: "sqlite"; readonly path: string }
  /** `name` is where it is, without user and password. */
  | { readonly engine: "postgres"; readonly url: string; readonly name: string };

/**
 * What `DATABASE_URL` names: `file:PATH`, `postgres://…`, or the file `./data/deskhand.db` when it is not set.
 *
 * Throws `config_invalid` for any other kind of address, without repeating a password in it.
 */
export function databaseOf(url: string | undefined): NamedDatabase {
  if (!url) return { engine: "sqlite", path: resolve("data", "deskhand.db") };
  if (url.startsWith("file://")) return { engine: "sqlite", path: fileURLToPath(url) };
  if (url.startsWith("file:")) return { engine: "sqlite", path: resolve(url.slice("file:".length)) };
  if (/^postgres(ql)?:\/\//.test(url)) return { engine: "postgres", url, name: nameOf(url) };
  throw new DeskhandError(
    "config_invalid",
    `DATABASE_URL: "${url.replace(/\/\/[^@]*@/, "//…@")}" was given. Allowed: file:PATH, postgres://USER:PASSWORD@HOST/DATABASE, or nothing for ./data/deskhand.db.`,
  );
}

/** Where it is, without user and password. */
export function nameOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed ? `${parsed.host}${parsed.pathname}` : "of DATABASE_URL";
}

/** Enough for what one processor core can do over a network of a millisecond or two. */
export const USUAL_CONNECTIONS = 10;
/** One listens, one is held while vectors are worked out, and the rest works. */
const FEWEST_CONNECTIONS = 4;
const MOST_CONNECTIONS = 500;

/**
 * `DATABASE_CONNECTIONS`: how many connections to PostgreSQL this process has in its pool at most. Throws
 * `config_invalid`.
 */
export function connectionsOf(env: NodeJS.ProcessEnv): number {
  const given = env["DATABASE_CONNECTIONS"]?.trim();
  if (!given) return USUAL_CONNECTIONS;
  const count = /^\d{1,4}$/.test(given) ? Number(given) : 0;
  if (count >= FEWEST_CONNECTIONS && count <= MOST_CONNECTIONS) return count;
  throw new DeskhandError(
    "config_invalid",
    `DATABASE_CONNECTIONS: "${given}" was given. Allowed: a whole number from ${FEWEST_CONNECTIONS} to ${MOST_CONNECTIONS}; ${USUAL_CONNECTIONS} when it is not set.`,
  );
}
