import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { secretsRemover, withStrings } from "../../src/ops/secrets.ts";
import { openSqlite } from "../../src/store/open.ts";
import { sqliteStore } from "../../src/store/sqlite/index.ts";
import { sqliteTrace } from "../../src/store/sqlite/trace.ts";
import { describeTrace } from "../contracts/trace.ts";
import { action, cardOf, replyTo, says, staff, startDeskhand, temporaryFolder } from "../servers/deskhand.ts";
import { deskhand } from "../servers/run.ts";

const KEY = "sk-ant-api03-Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA";
const SLACK_BOT_TOKEN = "a-token-of-an-unusual-form-4711";

/** Two conversations: one answered, one handed to a person who wrote what nobody should. */
async function happened(): Promise<string> {
  const shop = startDeskhand();
  shop.send(says("m1", "c1", "ann", "How do I reset my password?"));
  await shop.until(replyTo("m1"));
  shop.send(says("m2", "c2", "bob", "Refund me $450 please, I am furious!"));
  const card = await shop.until(cardOf("c2", "open"));
  shop.send(action("claim", { escalation: card["escalation"] }, "sam"));
  await shop.until(cardOf("c2", "claimed"));
  shop.send(staff(String(card["escalation"]), "sam", `Use ${KEY} and ${SLACK_BOT_TOKEN} for now.`));
  await shop.until((line) => line.type === "reply" && line["by"] === "staff");
  shop.send(staff(String(card["escalation"]), "sam", "// looks honest to me"));
  expect(await shop.end()).toBe(0);
  return shop.folder;
}

describeTrace("SQLite", async () => {
  const opened = openSqlite(":memory:");
  return { store: sqliteStore(opened), trace: sqliteTrace(opened.db) };
});

describe("deskhand trace", () => {
  it("tells what was read, found, decided, said and spent, by turn, ticket, escalation and conversation", async () => {
    const folder = await happened();
    const trace = (...names: string[]) => deskhand(["trace", ...names], { folder, env: { SLACK_BOT_TOKEN } });

    const turn = await trace("turn-1.1");
    expect(turn).toMatchObject({ code: 0, err: "" });
    expect(turn.out).toMatch(/^Conversation 1: console:c\/c1\nCustomer 1: ann, no proved e-mail$/m);
    expect(turn.out).toMatch(
      /^ {2}received {2}#1 [-\d: ]+ message of ann \(customer\) "How do I reset my password\?"$/m,
    );
    expect(turn.out).toMatch(/^ {2}read {6}\w+ \(simple, en\), by local, confidence [\d.]+$/m);
    expect(turn.out).toMatch(/^ {2}found {5}answerable, confidence [\d.]+: account\/reset-password [\d.]+/m);
    expect(turn.out).toMatch(/^ {2}decided {3}answered$/m);
    expect(turn.out).toMatch(/^ {2}call {6}answer offline: .*\$0/m);
    expect(turn.out).toMatch(
      /^ {2}said {6}turn-1\.1 reply to console:c\/c1, private: sent [-\d: ]+ {2}".*password/m,
    );

    const ticket = await trace("T-1002");
    expect(ticket.out).toMatch(/^Ticket T-1002: escalated, /m);
    expect(ticket.out).toMatch(/^ {2}handed {4}E-2: policy_exception, now claimed, with sam; evidence \{/m);
    expect(ticket.out).toMatch(/^ {2}ticket {4}T-1002 created by /m);
    expect(ticket.out).toMatch(/sam: "Use \[.*removed\] and \[SLACK_BOT_TOKEN\] for now\."$/m);
    expect(ticket.out).toMatch(/sam \(note\): "looks honest to me"$/m);
    expect(ticket.out).not.toContain(KEY);
    expect(ticket.out).not.toContain(SLACK_BOT_TOKEN);
    expect((await trace("E-2")).out).toBe(ticket.out);
    const { db, connection } = openSqlite(join(folder, "data", "deskhand.db"));
    const names = [{ ticket: "T-1002" }, { conversation: 2 }, { place: "c/c2" }, { place: "console:c/c2" }];
    const traces = await Promise.all(names.map((name) => sqliteTrace(db).trace(name)));
    connection.close();
    expect(new Set(traces.map((found) => JSON.stringify(found))).size).toBe(1);
    expect(traces[0]?.turns.map(({ id }) => id)).toContain("turn-2");

    const json = await trace("T-1002", "--json");
    const parsed = JSON.parse(json.out) as { turns: { id: string; deliveries: { state: string }[] }[] };
    expect(parsed.turns.map(({ id }) => id)).toContain("turn-2");
    expect(parsed.turns.flatMap(({ deliveries }) => deliveries).every(({ state }) => state === "sent")).toBe(
      true,
    );
    expect(json.out).not.toContain(SLACK_BOT_TOKEN);
  });

  it("says what it can be asked for when nothing has that name", async () => {
    const ran = await deskhand(["trace", "turn-99"], { folder: temporaryFolder() });
    expect(ran).toMatchObject({ code: 1, out: "" });
    expect(ran.err).toMatch(/Nothing here is called turn-99/);
    expect((await deskhand(["trace"], { folder: temporaryFolder() })).code).toBe(2);
  });
});

describe("secrets", () => {
  it("of this process leave a text under their names, whole and within addresses, and short ones are no secrets", () => {
    const remove = secretsRemover({
      ANTHROPIC_API_KEY: "weird-secret-one",
      SMTP_URL: "smtps://u:weird-secret-one-and-more@mail",
      SOME_TOKEN: "ab",
      PATH: "/usr/bin:/bin",
    });
    expect(remove("a weird-secret-one b smtps://u:weird-secret-one-and-more@mail c ab /usr/bin:/bin")).toBe(
      "a [ANTHROPIC_API_KEY] b [SMTP_URL] c ab /usr/bin:/bin",
    );
  });

  it("are taken out of values at any depth, and nothing else is changed", () => {
    const given = { a: ["x", { b: "xx", n: 3, nothing: null, yes: true }] };
    expect(withStrings(given, (text) => text.toUpperCase())).toEqual({
      a: ["X", { b: "XX", n: 3, nothing: null, yes: true }],
    });
  });
});
