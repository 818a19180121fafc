import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { DeskhandError } from "../errors.ts";

/**
 * The file that `DATABASE_URL` names: `file:PATH`, or `./data/deskhand.db` when it is not set.
 *
 * Throws `config_invalid` for any other kind of address, without repeating a password in it.
 */
export function databasePathOf(url: string | undefined): string {
  if (!url) return resolve("data", "deskhand.db");
  if (url.startsWith("file://")) return fileURLToPath(url);
  if (url.startsWith("file:")) return resolve(url.slice("file:".length));
  throw new DeskhandError(
    "config_invalid",
    `DATABASE_URL: "${url.replace(/\/\/[^@]*@/, "//…@")}" was given. Allowed: file:PATH, or nothing for ./data/deskhand.db.`,
  );
}
