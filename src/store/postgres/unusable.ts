import { DeskhandError, messageOf } from "../../errors.ts";
import { nameOf } from "../database-url.ts";

/** Why the database cannot be used, and what to do, without the password. */
export function unusable(url: string, error: unknown): DeskhandError {
  if (error instanceof DeskhandError) return error;
  return new DeskhandError("database_unusable", explain(url, error), { cause: error });
}

function explain(url: string, error: unknown): string {
  const name = nameOf(url);
  const { code } = error as { readonly code?: string };
  const reason = messageOf(error) || String(code);
  if (code === "28P01" || code === "28000") {
    return `PostgreSQL refused the user or the password for ${name}. Check both in DATABASE_URL.`;
  }
  if (code === "3D000") {
    return `There is no database ${name}. Make it (createdb), or name another in DATABASE_URL.`;
  }
  if (code === "42501") {
    return `The user of DATABASE_URL may not make tables in ${name} (${reason}). Make it the database's owner.`;
  }
  return `The database ${name} cannot be used: ${reason}. Check that PostgreSQL runs and that DATABASE_URL leads to it.`;
}
