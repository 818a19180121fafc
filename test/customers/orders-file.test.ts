import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { assert, asyncProperty, constantFrom, tuple, uniqueArray, uuid } from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { openOrders } from "../../src/customers/open-orders.ts";
import { emailKey, type Orders } from "../../src/customers/orders.ts";
import { DeskhandError } from "../../src/errors.ts";

const quiet = new AbortController().signal;

let folder: string;
let warnings: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deskhand-orders-"));
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(name: string): Orders {
  return openOrders(
    { kind: "file", path: name },
    { baseDir: folder, env: {}, warn: (message) => void warnings.push(message) },
  );
}

function opened(name: string, text: string): Orders {
  writeFileSync(join(folder, name), text);
  return open(name);
}

async function idsOf(orders: Orders, email: string): Promise<string[]> {
  return (await orders.ordersOf(email, quiet)).map((order) => order.id);
}

function order(id: string, email: string, more: object = {}): object {
  return { id, customer_email: email, status: "shipped", description: "Mug", ...more };
}

describe("a JSON file", () => {
  it("gives each order with its details as text", async () => {
    const details = { tracking: "1Z9", seats: 12, gift: false, coupon: null, memo: "" };
    const row = order("A-1", "Ann@Example.com", {
      kind: "subscription",
      last_updated: "2026-11-20",
      details,
    });
    const found = await opened("orders.json", JSON.stringify([row])).ordersOf("ann@example.com", quiet);
    expect(found).toEqual([
      {
        id: "A-1",
        kind: "subscription",
        customerEmail: "ann@example.com",
        status: "shipped",
        description: "Mug",
        lastUpdated: "2026-11-20",
        details: { tracking: "1Z9", seats: "12", gift: "false" },
      },
    ]);
  });

  it("may hold its list under orders, numbers as ids and a byte order mark", async () => {
    const text = `\uFEFF${JSON.stringify({ orders: [{ ...order("", "a@x.com"), id: 1042 }] })}`;
    expect(await idsOf(opened("orders.json", text), "a@x.com")).toEqual(["1042"]);
  });

  it("gives nothing for an e-mail that it does not hold", async () => {
    expect(await idsOf(opened("orders.json", JSON.stringify([order("1", "a@x.com")])), "b@x.com")).toEqual(
      [],
    );
  });

  it("compares e-mails without case and outer blanks, and by nothing else", async () => {
    const orders = opened("orders.json", JSON.stringify([order("1", " Kim.Lee@X.com ")]));
    expect(await idsOf(orders, "KIM.LEE@x.com\n")).toEqual(["1"]);
    for (const other of ["kimlee@x.com", "kim.lee+a@x.com", "\u212Aim.lee@x.com", "kim.lee@x.com.evil.com"]) {
      expect(await idsOf(orders, other)).toEqual([]);
    }
  });

  it("gives each of any customers exactly their own", async () => {
    const email = constantFrom(
      "a@x.com",
      "A@X.com",
      "b@x.com",
      "a.b@x.com",
      "ab@x.com",
      "a+b@x.com",
      "a@x.com.au",
    );
    const table = uniqueArray(tuple(uuid(), email), { selector: ([id]) => id, maxLength: 12 });
    await assert(
      asyncProperty(table, async (rows) => {
        const orders = opened("orders.json", JSON.stringify(rows.map(([id, address]) => order(id, address))));
        for (const [, asked] of rows) {
          const own = rows.filter(([, address]) => emailKey(address) === emailKey(asked)).map(([id]) => id);
          expect(await idsOf(orders, asked)).toEqual(own);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ["no JSON", "[{", /not valid JSON/],
    ["another shape", '{"rows":[]}', /a list of orders, \{"orders": \[\.\.\.\]\}/],
    [
      "a missing field",
      JSON.stringify([order("1", "a@x.com"), { id: "A-2", status: "x" }]),
      /order 2 \(id A-2\): customer_email is missing; order 2 \(id A-2\): description is missing/,
    ],
    [
      "an e-mail that is none",
      JSON.stringify([order("1", "ann")]),
      /order 1 \(id 1\): customer_email must be an e-mail address/,
    ],
    [
      "an unknown kind",
      JSON.stringify([order("1", "a@x.com", { kind: "gift" })]),
      /order 1 \(id 1\): kind must be "order" or "subscription"/,
    ],
    [
      "a date that is none",
      JSON.stringify([order("1", "a@x.com", { last_updated: "20/11/2026" })]),
      /last_updated must be a date such as 2026-11-20/,
    ],
    [
      "a field we do not know",
      JSON.stringify([order("1", "a@x.com", { traking: "1Z" })]),
      /order 1 \(id 1\): traking is no field of an order/,
    ],
    [
      "a detail that is an object",
      JSON.stringify([order("1", "a@x.com", { details: { box: {} } })]),
      /order 1 \(id 1\): details\.box must be text/,
    ],
    [
      "an id given twice",
      JSON.stringify([order("1", "a@x.com"), order("1", "b@x.com")]),
      /order 2 \(id 1\): id "1" was given before, at order 1/,
    ],
  ])("is refused at start with %s", (_what, text, message) => {
    expect(refusalOf(() => opened("orders.json", text))).toMatchObject({ code: "config_invalid" });
    expect(refusalOf(() => opened("orders.json", text)).message).toMatch(message);
    expect(refusalOf(() => opened("orders.json", text)).message).toContain("orders.path");
  });

  it("names a few problems and counts the rest", () => {
    const rows = Array.from({ length: 9 }, (_, index) => order(`${index}`, "nobody"));
    expect(refusalOf(() => opened("orders.json", JSON.stringify(rows))).message).toMatch(
      /order 5 .*; and 4 more/,
    );
  });
});

describe("a CSV file", () => {
  it("takes any further column as a detail and leaves empty cells out", async () => {
    const text = [
      "id,kind,customer_email,status,description,last_updated,tracking,renews_on",
      'W-1,,ann@x.com,shipped,"Mug, blue",2026-11-20,1Z9,',
      "W-2,subscription,ann@x.com,active,Team plan,,,2027-01-01",
    ].join("\r\n");
    const [first, second] = await opened("orders.csv", `\uFEFF${text}\r\n\r\n`).ordersOf("ann@x.com", quiet);
    expect(first).toMatchObject({ kind: "order", description: "Mug, blue", details: { tracking: "1Z9" } });
    expect(second).toMatchObject({
      kind: "subscription",
      lastUpdated: null,
      details: { "renews on": "2027-01-01" },
    });
  });

  it("is separated by commas when its header has any", async () => {
    const text = 'id,customer_email,status,description,size; colour\n7,a@x.com,shipped,"Mug; Cup",L';
    const found = await opened("orders.csv", text).ordersOf("a@x.com", quiet);
    expect(found).toMatchObject([{ description: "Mug; Cup", details: { "size; colour": "L" } }]);
  });

  it("may be separated by semicolons and name its columns in any case and order", async () => {
    const text = "Status;Customer Email;ID;Description\nshipped;Ann@X.com;7;Mug, Cup";
    const found = await opened("export.CSV", text).ordersOf("ann@x.com", quiet);
    expect(found).toMatchObject([{ id: "7", status: "shipped", description: "Mug, Cup" }]);
  });

  it.each([
    [
      "no header",
      "",
      /line 1: no column id, customer_email, status, description; the columns found are none/,
    ],
    [
      "a missing column",
      "id,email,status,description\n",
      /no column customer_email; the columns found are id, email/,
    ],
    ["a column twice", "id,customer_email,status,description,Status\n", /the column "status" is there twice/],
    ["a short row", "id,customer_email,status,description\n1,a@x.com,shipped", /not valid CSV .*line 2/],
    [
      "an empty field",
      "id,customer_email,status,description\n1,a@x.com,x,Mug\n2,a@x.com,,Mug",
      /line 3: status must not be empty/,
    ],
  ])("is refused at start with %s", (_what, text, message) => {
    const refusal = refusalOf(() => opened("orders.csv", text));
    expect(refusal.code).toBe("config_invalid");
    expect(refusal.message).toMatch(message);
  });
});

describe("a file that changes", () => {
  it("is read again, also when it is replaced by one of the same size and time", async () => {
    const orders = opened("orders.json", JSON.stringify([order("1", "a@x.com")]));
    writeFileSync(
      join(folder, "orders.json"),
      JSON.stringify([order("1", "a@x.com"), order("2", "a@x.com")]),
    );
    expect(await idsOf(orders, "a@x.com")).toEqual(["1", "2"]);

    writeFileSync(join(folder, "next"), JSON.stringify([order("8", "a@x.com"), order("9", "a@x.com")]));
    for (const name of ["orders.json", "next"]) utimesSync(join(folder, name), 1_000, 1_000);
    expect(await idsOf(orders, "a@x.com")).toEqual(["1", "2"]);
    renameSync(join(folder, "next"), join(folder, "orders.json"));
    expect(await idsOf(orders, "a@x.com")).toEqual(["8", "9"]);
  });

  it("keeps its last good version and says so once when the new one is malformed", async () => {
    const orders = opened("orders.json", JSON.stringify([order("1", "a@x.com")]));
    writeFileSync(join(folder, "orders.json"), '[{"id":');
    expect(await idsOf(orders, "a@x.com")).toEqual(["1"]);
    expect(await idsOf(orders, "a@x.com")).toEqual(["1"]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/last good one stays in use: not valid JSON/);

    writeFileSync(join(folder, "orders.json"), JSON.stringify([order("22", "a@x.com")]));
    expect(await idsOf(orders, "a@x.com")).toEqual(["22"]);
  });

  it("is unavailable, and may be asked again, while it is gone or unreadable", async () => {
    const text = JSON.stringify([order("1", "a@x.com")]);
    const orders = opened("orders.json", text);
    rmSync(join(folder, "orders.json"));
    await expect(orders.ordersOf("a@x.com", quiet)).rejects.toMatchObject({
      code: "orders_unavailable",
      retryable: true,
    });
    writeFileSync(join(folder, "orders.json"), text);
    expect(await idsOf(orders, "a@x.com")).toEqual(["1"]);
  });

  it("is unavailable while a folder stands in its place", async () => {
    const orders = opened("orders.json", "[]");
    rmSync(join(folder, "orders.json"));
    mkdirSync(join(folder, "orders.json"));
    await expect(orders.ordersOf("a@x.com", quiet)).rejects.toMatchObject({ code: "orders_unavailable" });
  });

  it("answers many lookups at once from one reading", async () => {
    const orders = opened("orders.json", JSON.stringify([order("1", "a@x.com")]));
    writeFileSync(join(folder, "orders.json"), "nonsense");
    const answers = await Promise.all(Array.from({ length: 20 }, () => idsOf(orders, "a@x.com")));
    expect(answers).toEqual(Array.from({ length: 20 }, () => ["1"]));
    expect(warnings).toHaveLength(1);
  });

  it("is refused at start when it is not there", () => {
    const refusal = refusalOf(() => open("absent.json"));
    expect(refusal.code).toBe("config_invalid");
    expect(refusal.message).toMatch(/orders\.path: .*absent\.json.*ENOENT/);
  });

  it("obeys an abort", async () => {
    const orders = opened("orders.json", "[]");
    const reason = new Error("turned away");
    await expect(orders.ordersOf("a@x.com", AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe("a retail database", () => {
  interface Sample {
    readonly users: Record<string, { email: string; orders: string[] }>;
    readonly orders: Record<string, { user_id: string; status: string }>;
  }
  const path = join(import.meta.dirname, "data", "retail-sample.json");
  const sample = (): Sample => JSON.parse(readFileSync(path, "utf8")) as Sample;

  it("shows each of its users exactly their own orders", async () => {
    const { users, orders } = sample();
    const source = openOrders({ kind: "file", path }, { baseDir: folder, env: {}, warn: () => {} });
    let seen = 0;
    for (const [userId, user] of Object.entries(users)) {
      const own = Object.keys(orders).filter((id) => orders[id]?.user_id === userId);
      const found = await source.ordersOf(user.email.toUpperCase(), quiet);
      expect(found.map((entry) => entry.id)).toEqual(own);
      expect(found.map((entry) => entry.status)).toEqual(own.map((id) => orders[id]?.status));
      expect(found.every((entry) => entry.customerEmail === user.email.toLowerCase())).toBe(true);
      seen += found.length;
    }
    expect(seen).toBe(Object.keys(orders).length);
    expect(Object.keys(users)).toHaveLength(20);
  });

  it("tells items, amounts and tracking, and neither addresses nor means of payment", async () => {
    const source = openOrders({ kind: "file", path }, { baseDir: folder, env: {}, warn: () => {} });
    const [found] = await source.ordersOf("noah.brown7922@example.com", quiet);
    expect(found).toMatchObject({
      id: "#W7678072",
      description: "Electric Kettle, Gaming Mouse, Backpack",
      details: {
        items: "Electric Kettle (146.98), Gaming Mouse (162.15), Backpack (205.35)",
        paid: "514.48",
        tracking: "517177699738",
      },
    });
    expect(JSON.stringify(found)).not.toMatch(/Sunset Drive|paypal/);
  });

  it.each<[string, (database: Sample) => void, RegExp]>([
    [
      "an order that somebody else's list claims",
      (db) => void db.users["ivan_santos_6635"]?.orders.push("#W7678072"),
      /orders\.#W7678072: user_id is "noah_brown_6181", but users\.ivan_santos_6635 lists it/,
    ],
    [
      "a list that names an order that is not there",
      (db) => void db.users["ivan_santos_6635"]?.orders.push("#W1"),
      /users\.ivan_santos_6635: lists "#W1"/,
    ],
    [
      "an order of an unknown user",
      (db) => void delete db.users["noah_brown_6181"],
      /orders\.#W7678072: user_id "noah_brown_6181" is not among the users/,
    ],
    [
      "an order without a status",
      (db) => void delete (db.orders["#W7678072"] as Partial<{ status: string }>).status,
      /orders\.#W7678072: status is missing/,
    ],
    [
      "a user without an e-mail",
      (db) => void Object.assign(db.users["noah_brown_6181"] ?? {}, { email: "none" }),
      /orders\.#W7678072: customer_email must be an e-mail address/,
    ],
  ])("is refused at start with %s", (_what, spoil, message) => {
    const database = sample();
    spoil(database);
    const refusal = refusalOf(() => opened("db.json", JSON.stringify(database)));
    expect(refusal.code).toBe("config_invalid");
    expect(refusal.message).toMatch(message);
  });
});

function refusalOf(action: () => unknown): DeskhandError {
  try {
    action();
  } catch (error) {
    if (error instanceof DeskhandError) return error;
    throw error;
  }
  throw new Error("was not refused");
}
