import { Client } from "pg";

import type { NamedDatabase } from "../database-url.ts";
import { pendingIn, refuseNewer } from "./migrations.ts";
import { unusable } from "./unusable.ts";

/** What can be seen of a database without changing it. */
export interface Look {
  readonly version: string;
  /** Major number, such as 18. */
  readonly major: number;
  /** Migrations of ours that it does not have yet; null when it has never had any. */
  readonly pending: number | null;
  readonly mayCreate: boolean;
  /** Of the whole server, and of Deskhand's processes among them. */
  readonly connections: { readonly used: number; readonly ours: number; readonly most: number };
  readonly bytes: number;
}

const CONNECT_MS = 10_000;

/** Throws `database_newer` when a later Deskhand has migrated it, `database_unusable` when it cannot be reached. */
export async function lookAtPostgres({ url }: Extract<NamedDatabase, { engine: "postgres" }>): Promise<Look> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: "deskhand doctor",
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await refuseNewer(client, url);
    const { rows } = await client.query<{ readonly look: Omit<Look, "pending"> }>(`
      select json_build_object(
        'version', current_setting('server_version'),
        'major', current_setting('server_version_num')::int / 10000,
        'mayCreate', has_database_privilege(current_database(), 'CREATE') and
                     has_schema_privilege('public', 'CREATE'),
        'bytes', pg_database_size(current_database()),
        'connections', json_build_object(
          'used', (select count(*) from pg_stat_activity where backend_type = 'client backend'),
          'ours', (select count(*) from pg_stat_activity where application_name like 'deskhand%'),
          'most', current_setting('max_connections')::int)) as look`);
    const look = rows[0]?.look;
    if (!look) throw new Error("it gives no answer");
    return { ...look, pending: await pendingIn(client) };
  } catch (error) {
    throw unusable(url, error);
  } finally {
    await client.end();
  }
}
