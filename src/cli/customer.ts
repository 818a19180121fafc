import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";

import type { Erased, PeopleStore, PersonKey } from "../store/people-port.ts";
import { open } from "./open.ts";

const USAGE =
  "deskhand customer export|erase EMAIL [--yes]\n\n" +
  "EMAIL is one that the customer proved. One who never proved any is named PLATFORM:ACCOUNT, such as discord:218345611802574848.\n";

/**
 * `deskhand customer export` prints everything that is kept of one person, on all platforms, as JSON. `erase` takes it
 * out of the database for good; it asks first unless `--yes` is given, and refuses while Deskhand runs on the database,
 * which would write down anew what it has in hand.
 */
export async function runCustomer(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { config: { type: "string" }, yes: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const [action, given, ...rest] = positionals;
  const who = given === undefined ? null : personIn(given);
  if ((action !== "export" && action !== "erase") || !given || !who || rest.length > 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { storage } = await open(values.config);
  try {
    const { people } = storage;
    if (action === "export") return await exportPerson(people, who, given);
    const lock = await storage.lock("alone");
    try {
      return await erasePerson(people, who, given, values.yes);
    } finally {
      await lock.release();
    }
  } finally {
    await storage.close();
  }
}

function personIn(given: string): PersonKey | null {
  if (given.includes("@")) return { email: given };
  const [, adapter, userId] = /^([a-z]+):(.+)$/.exec(given) ?? [];
  return adapter && userId ? { adapter, userId } : null;
}

async function exportPerson(people: PeopleStore, who: PersonKey, given: string): Promise<number> {
  const found = await people.exportPerson(who);
  if (!found) return nobody(given);
  process.stdout.write(`${JSON.stringify({ exportedAt: new Date().toISOString(), ...found }, null, 2)}\n`);
  return 0;
}

async function erasePerson(
  people: PeopleStore,
  who: PersonKey,
  given: string,
  yes: boolean,
): Promise<number> {
  const found = await people.exportPerson(who);
  if (!found) return nobody(given);
  if (!yes && !(await confirmed(found.accounts.length, found.conversations.length, given))) {
    process.stderr.write("Nothing was erased.\n");
    return 1;
  }
  const erased = await people.erasePerson(who, Date.now());
  if (!erased) return nobody(given);
  process.stdout.write(`${inWords(erased)}\n`);
  return 0;
}

async function confirmed(accounts: number, conversations: number, given: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const what = `${accounts} account${accounts === 1 ? "" : "s"}, ${conversations} conversation${conversations === 1 ? "" : "s"}`;
    const closed = new Promise<string>((resolve) => prompt.once("close", () => resolve("")));
    const answer = prompt.question(`Erase ${given} (${what}) for good? Type "erase" to go on: `);
    return (await Promise.race([answer, closed])).trim() === "erase";
  } finally {
    prompt.close();
  }
}

function nobody(given: string): number {
  process.stderr.write(`Nothing is kept of ${given}.\n`);
  return 1;
}

function inWords(erased: Erased): string {
  const counts = Object.entries(erased).filter(([, n]) => n > 0);
  return [
    `Erased: ${counts.map(([kind, n]) => `${n} ${kind}`).join(", ") || "nothing that was left"}.`,
    "What it cost stays in the ledger under a number that leads to nobody; the audit trail says when this was done.",
    "Messages on Slack and Discord, mails, backups and logs are not in this database: delete them there.",
  ].join("\n");
}
