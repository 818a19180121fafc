import { readFileSync } from "node:fs";
import { extname } from "node:path";

import type { Finding } from "../adapter.ts";
import { fromBase, type LoadedConfig } from "../config/load.ts";
import { openOrders } from "../customers/open-orders.ts";
import { parseOrders } from "../customers/orders-format.ts";

/** `.invalid` is reserved (RFC 2606): nobody can have this address. */
const NOBODY = "deskhand-doctor@customer.invalid";
const LONGEST_MS = 30_000;

/**
 * Whether orders can be looked up: the file is read, the endpoint is asked for an address that nobody has. Throws
 * `config_invalid` or `orders_unavailable` with the fix when they cannot.
 */
export async function checkOrders(
  { config: { orders: config }, baseDir }: LoadedConfig,
  env: NodeJS.ProcessEnv,
): Promise<Finding[]> {
  if (config.kind === "none") {
    return [{ level: "ok", what: "No orders are configured; questions about them go to a person." }];
  }
  const findings: Finding[] = [];
  const warn = (what: string) => findings.push({ level: "warning", what });
  const orders = openOrders(config, { baseDir, env, warn });
  const found = await orders.ordersOf(NOBODY, AbortSignal.timeout(LONGEST_MS));
  if (found.length > 0) {
    findings.push({
      level: "problem",
      what: `The orders claim that ${NOBODY}, an address that nobody can have, has ${found.length} of them.`,
      fix: "Let the source give only the orders of the e-mail that it is asked for.",
    });
  }
  if (findings.length > 0) return findings;
  return [
    { level: "ok", what: config.kind === "http" ? answers(config.url) : counted(baseDir, config.path) },
  ];
}

function answers(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname} answers, and has nothing for an address that nobody has.`;
}

function counted(baseDir: string, given: string): string {
  const path = fromBase(baseDir, given);
  const format = extname(path).toLowerCase() === ".csv" ? "csv" : "json";
  const orders = parseOrders(readFileSync(path, "utf8"), format);
  const customers = new Set(orders.map(({ customerEmail }) => customerEmail)).size;
  return `${path} (orders: ${orders.length}, customers: ${customers})`;
}
