import { readFileSync, statSync, type Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { extname } from "node:path";

import { DeskhandError, messageOf } from "../errors.ts";
import { parseOrders, type OrdersFormat } from "./orders-format.ts";
import { emailKey, type Order, type Orders } from "./orders.ts";

export interface FileOrdersDeps {
  /** Absolute. A name that ends in `.csv` is read as CSV, any other as JSON. */
  readonly path: string;
  /** Told, once for each version of the file, that a changed file was not taken over and why. */
  readonly warn: (message: string) => void;
}

/**
 * Orders from a data file, read now and again whenever it has changed (seen at the next lookup).
 *
 * Throws `config_invalid` when the file cannot be read or is malformed now. Later, a malformed version is reported
 * through `warn` and the last good one stays in use, since half-written files are normal while a shop exports; a
 * file that is gone or unreadable makes `ordersOf` throw `orders_unavailable` until it is back.
 */
export function openOrdersFile({ path, warn }: FileOrdersDeps): Orders {
  const format: OrdersFormat = extname(path).toLowerCase() === ".csv" ? "csv" : "json";
  let { byEmail, version } = openFirst(path, format);
  let reading: Promise<void> | null = null;

  async function refresh(): Promise<void> {
    // The version is taken before the text: a change in between is seen as a change again at the next lookup.
    const found = versionOf(await stat(path));
    if (found === version) return;
    const text = await readFile(path, "utf8");
    version = found;
    try {
      byEmail = group(parseOrders(text, format));
    } catch (error) {
      warn(
        `The orders file ${path} has changed and is malformed, so the last good one stays in use: ${messageOf(error)}`,
      );
    }
  }

  return {
    async ordersOf(verifiedEmail, signal) {
      signal.throwIfAborted();
      reading ??= refresh().finally(() => (reading = null));
      await reading.catch((error: unknown) => {
        throw new DeskhandError(
          "orders_unavailable",
          `The orders file ${path} cannot be read any more (${messageOf(error)}). Put it back, or give this user read access to it.`,
          { cause: error, retryable: true },
        );
      });
      signal.throwIfAborted();
      return byEmail.get(emailKey(verifiedEmail)) ?? [];
    },
  };
}

type OrdersByEmail = ReadonlyMap<string, readonly Order[]>;

function openFirst(path: string, format: OrdersFormat): { byEmail: OrdersByEmail; version: string } {
  try {
    const version = versionOf(statSync(path));
    return { byEmail: group(parseOrders(readFileSync(path, "utf8"), format)), version };
  } catch (error) {
    throw new DeskhandError(
      "config_invalid",
      `orders.path: ${path}: ${messageOf(error)}. Give a JSON or CSV file in the format that examples/acme/README.md describes.`,
      { cause: error },
    );
  }
}

/** The inode is part of it because many exporters write a new file and rename it. */
function versionOf(stats: Stats): string {
  return `${stats.mtimeMs}:${stats.size}:${stats.ino}`;
}

function group(orders: readonly Order[]): OrdersByEmail {
  return Map.groupBy(orders, (order) => order.customerEmail);
}
