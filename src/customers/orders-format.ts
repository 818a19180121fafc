import { parse as parseCsv } from "csv-parse/sync";
import { z } from "zod";

import { messageOf } from "../errors.ts";
import { emailKey, type Order } from "./orders.ts";
import { readRetail } from "./orders-retail.ts";
import { because, describeIssue, isObject, type Row } from "./orders-row.ts";

export type OrdersFormat = "json" | "csv";

/**
 * Reads a whole orders file. JSON is a list of orders, `{"orders": [...]}`, or the retail layout
 * (`{"users": {...}, "orders": {...}}`); CSV has the columns of `ORDER_COLUMNS`, and any further column becomes a
 * detail.
 *
 * Throws an Error that names each faulty row and field (the first few): a file is taken whole or not at all, so
 * that nobody is told "you have no orders" because of a typing mistake elsewhere.
 */
export function parseOrders(text: string, format: OrdersFormat): Order[] {
  const rows = format === "csv" ? csvRows(text) : jsonRows(text);
  const problems: string[] = [];
  const orders: Order[] = [];
  const places = new Map<string, string>();
  for (const { place, value } of rows) {
    const parsed = fileOrder.safeParse(value);
    if (!parsed.success) {
      problems.push(...parsed.error.issues.map((issue) => `${place}: ${describeIssue(issue)}`));
      continue;
    }
    const earlier = places.get(parsed.data.id);
    if (earlier) problems.push(`${place}: id "${parsed.data.id}" was given before, at ${earlier}`);
    places.set(parsed.data.id, place);
    orders.push(parsed.data);
  }
  if (problems.length > 0) throw new Error(listed(problems));
  return orders;
}

const REQUIRED_COLUMNS = ["id", "customer_email", "status", "description"];
export const ORDER_COLUMNS: readonly string[] = [...REQUIRED_COLUMNS, "kind", "last_updated"];

const filled = z
  .string({ error: because("must be text") })
  .trim()
  .min(1, "must not be empty");

const isoTime = z.union([z.iso.date(), z.iso.datetime({ offset: true, local: true })], {
  error: because("must be a date such as 2026-11-20 or 2026-11-20T14:05:00Z, or null"),
});

const detailValue = z.union([z.string(), z.number(), z.boolean(), z.null()], {
  error: because("must be text, a number, true or false"),
});

const fields = {
  id: z.union([filled, z.number().int()], { error: because("must be text or a whole number") }),
  kind: z.enum(["order", "subscription"], { error: 'must be "order" or "subscription"' }).default("order"),
  customer_email: z
    .string({ error: because("must be text") })
    .transform(emailKey)
    .pipe(z.string().regex(/^[^\s@]+@[^\s@]+$/, "must be an e-mail address")),
  status: filled,
  description: filled,
  last_updated: isoTime.nullable().default(null),
  details: z.record(z.string(), detailValue, { error: "must be an object of labels and values" }).default({}),
};

type OrderRow = z.output<z.ZodObject<typeof fields>>;

function toOrder(row: OrderRow): Order {
  return {
    id: String(row.id),
    kind: row.kind,
    customerEmail: row.customer_email,
    status: row.status,
    description: row.description,
    lastUpdated: row.last_updated,
    details: Object.fromEntries(
      Object.entries(row.details)
        .filter(([, value]) => value !== null && value !== "")
        .map(([label, value]) => [label, String(value)]),
    ),
  };
}

/** A file is written for us, so a field that we do not know is a mistake. */
const fileOrder = z.strictObject(fields, { error: "must be an object" }).transform(toOrder);

/** An endpoint may serve others too, so fields that we do not know are left out, and are told to nobody. */
export const endpointOrder = z.object(fields, { error: "must be an object" }).transform(toOrder);

function jsonRows(text: string): Row[] {
  const root = parseJson(text);
  if (Array.isArray(root)) return root.map(listRow);
  const { orders, users } = isObject(root) ? root : {};
  if (Array.isArray(orders)) return orders.map(listRow);
  if (isObject(orders) && isObject(users)) return readRetail({ orders, users });
  throw new Error(
    'the file must hold a list of orders, {"orders": [...]}, or {"users": {...}, "orders": {...}} with users and orders by id',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new Error(`not valid JSON (${messageOf(error)})`, { cause: error });
  }
}

function listRow(value: unknown, index: number): Row {
  const id = isObject(value) && typeof value["id"] === "string" ? ` (id ${value["id"]})` : "";
  return { place: `order ${index + 1}${id}`, value };
}

interface CsvRecord {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

function csvRows(text: string): Row[] {
  const [head, ...body] = csvRecords(text);
  const columns = (head?.record ?? []).map((column) => column.trim());
  const names = columns.map((column) => column.toLowerCase().replaceAll(" ", "_"));
  const missing = REQUIRED_COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new Error(
      `line 1: no column ${missing.join(", ")}; the columns found are ${columns.join(", ") || "none"}`,
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`line 1: the column "${twice}" is there twice`);
  return body.map(({ record, info }) => ({
    place: `line ${info.lines}`,
    value: csvRow(names, columns, record),
  }));
}

function csvRecords(text: string): CsvRecord[] {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  try {
    return parseCsv(text, {
      bom: true,
      trim: true,
      info: true,
      skip_empty_lines: true,
      // Spreadsheets of many countries write semicolons.
      delimiter: header.includes(";") && !header.includes(",") ? ";" : ",",
    }) as unknown as CsvRecord[];
  } catch (error) {
    throw new Error(`not valid CSV (${messageOf(error)})`, { cause: error });
  }
}

function csvRow(names: readonly string[], columns: readonly string[], record: readonly string[]): unknown {
  const known: [string, string][] = [];
  const details: [string, string][] = [];
  for (const [index, name] of names.entries()) {
    const cell = record[index] ?? "";
    if (!ORDER_COLUMNS.includes(name)) details.push([(columns[index] ?? name).replaceAll("_", " "), cell]);
    // An empty cell of an optional column is a value left out; of a required one, a mistake to be named.
    else if (cell !== "" || REQUIRED_COLUMNS.includes(name)) known.push([name, cell]);
  }
  return { ...Object.fromEntries(known), details: Object.fromEntries(details) };
}

const SHOWN = 5;

function listed(problems: readonly string[]): string {
  const rest = problems.length - SHOWN;
  return problems.slice(0, SHOWN).join("; ") + (rest > 0 ? `; and ${rest} more` : "");
}
