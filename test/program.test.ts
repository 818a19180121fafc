import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";

import { cardOf, replyTo, says, startDeskhand, temporaryFolder } from "./servers/deskhand.ts";
import { deskhand } from "./servers/run.ts";

const DATA = join(import.meta.dirname, "..", "bench", "retrieval", "data");

describe("settings that are wrong are refused at start, with the key, what was given and what is allowed", () => {
  const wrong: readonly (readonly [yaml: string, message: RegExp, env?: Readonly<Record<string, string>>])[] =
    [
      ["shop: { name: Acme }\nbudgets: { per_day: -3 }\n", /budgets\.per_day: -3 was given\. Allowed: .*>0/],
      ["shop: { name: Acme }\nbudgetz: { per_day: 3 }\n", /there is no key "budgetz"/],
      ["agent: { name: Aria }\n", /shop: nothing was given/],
      [
        "shop: { name: Acme }\nmodels: { tier1: claude-haiku-99 }\n",
        /claude-haiku-99/,
        { ANTHROPIC_API_KEY: "sk-test" },
      ],
      ["shop: [unclosed\n", /is not valid/],
      [
        "shop: { name: Acme }\ndesk: { hours: { timezone: Mars/Olympus } }\n",
        /desk\.hours\.timezone: "Mars\/Olympus" was given\. Allowed: a time zone/,
      ],
      [`shop: { name: Acme }\nagent: { persona: "${"very polite ".repeat(600)}" }\n`, /agent\.persona/],
    ];
  it.each(wrong.map(([yaml, message, env]) => ({ yaml, message, env: env ?? {} })))(
    "$yaml",
    async ({ yaml, message, env }) => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, "deskhand.yaml"), yaml);
      const ran = await deskhand(["chat", "--json"], { folder, env });
      expect(ran.err).toMatch(message);
      expect(ran.err).not.toMatch(/at .*\.ts:\d+/);
      expect(ran).toMatchObject({ code: 1, out: "" });
    },
  );

  it("a desk on a platform without credentials is refused, and the console is named", async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, "deskhand.yaml"),
      "shop: { name: Acme }\ndesk: { adapter: slack, channel: C0STAFF }\n",
    );
    const ran = await deskhand(["start"], { folder });
    expect(ran).toMatchObject({ code: 1, out: "" });
    expect(ran.err).toContain("give slack its credentials (SLACK_BOT_TOKEN and SLACK_APP_TOKEN or");
    expect(ran.err).toContain("npm start -- chat");
  });

  it("a Discord token that is none gives no link", async () => {
    const env = { DISCORD_TOKEN: "nonsense" };
    const ran = await deskhand(["discord", "invite"], { folder: temporaryFolder(), env });
    expect(ran).toMatchObject({ code: 1, out: "" });
    expect(ran.err).toContain("Copy the bot token again into DISCORD_TOKEN");
  });

  it("a configuration that is not there is named", async () => {
    const ran = await deskhand(["start", "--config", "nowhere.yaml"], { folder: temporaryFolder() });
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.err).toMatch(/nowhere\.yaml .*cannot be read/s);
  });

  it("an unknown command is answered with the list of commands", async () => {
    const ran = await deskhand(["ingets"], { folder: temporaryFolder() });
    expect(ran).toMatchObject({ code: 2 });
    expect(ran.err).toMatch(/no command "ingets"[\s\S]*deskhand ingest/);
  });
});

describe("a database that cannot be used is refused with what to do", () => {
  it("when a newer Deskhand has migrated it", async () => {
    const folder = temporaryFolder();
    await deskhand(["search", "password"], { folder });
    const db = new Database(join(folder, "data", "deskhand.db"));
    db.prepare("insert into __drizzle_migrations (hash, created_at) values ('later', 9999999999999)").run();
    db.close();
    const ran = await deskhand(["search", "password"], { folder });
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.err).toMatch(/newer Deskhand/);
  });

  it("when another process holds it", async () => {
    const folder = temporaryFolder();
    await deskhand(["search", "password"], { folder });
    const holder = new Database(join(folder, "data", "deskhand.db"));
    holder.pragma("locking_mode = EXCLUSIVE");
    holder.exec("begin exclusive");
    const ran = await deskhand(["search", "password"], { folder });
    holder.close();
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.err).toMatch(/in use by another process/);
  });

  it("when another Deskhand is working it; looking things up is still possible", async () => {
    const shop = startDeskhand();
    shop.send(says("m1", "c1", "ann", "hello"));
    await shop.until(replyTo("m1"));
    const second = await deskhand(["chat", "--json"], { folder: shop.folder });
    expect(second).toMatchObject({ code: 1, out: "" });
    expect(second.err).toMatch(/Another Deskhand is running/);
    expect(await deskhand(["search", "password"], { folder: shop.folder })).toMatchObject({ code: 0 });
    expect(await deskhand(["report"], { folder: shop.folder })).toMatchObject({ code: 0 });
    expect(await shop.end()).toBe(0);
  });

  it("when the file is something else", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "data"));
    writeFileSync(
      join(folder, "data", "deskhand.db"),
      "this is a shopping list, not a database\n".repeat(100),
    );
    const ran = await deskhand(["search", "password"], { folder });
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.err).toMatch(/not a Deskhand database/);
  });

  // Root may write what is read-only; elsewhere the refusal is what counts.
  it.skipIf(process.getuid?.() === 0)("when it is read-only", async () => {
    const folder = temporaryFolder();
    await deskhand(["search", "password"], { folder });
    chmodSync(join(folder, "data", "deskhand.db"), 0o444);
    chmodSync(join(folder, "data"), 0o555);
    const ran = await deskhand(["search", "password"], { folder });
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.err).toMatch(/cannot be written/);
  });

  it("when it is of another kind", async () => {
    const env = { DATABASE_URL: "mysql://user:secret@db/x" };
    const ran = await deskhand(["search", "password"], { folder: temporaryFolder(), env });
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.err).toMatch(/DATABASE_URL.*Allowed: file:PATH/s);
    expect(ran.err).not.toContain("secret");
  });
});

describe("the help articles of a bank, which say nothing of who may read them", () => {
  const folder = temporaryFolder();
  const config = join(folder, "deskhand.yaml");
  const questions = readFileSync(join(DATA, "questions.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: string; q: string; rel: string[]; kind: string });
  const internal = new Set(JSON.parse(readFileSync(join(DATA, "internal_ids.json"), "utf8")) as string[]);
  writeFileSync(
    config,
    [
      "shop: { name: Rho-Bank }",
      "conversation: { quiet_window_ms: 0 }",
      "knowledge: { article_url: 'https://help.rho-bank.example/{id}' }",
    ].join("\n"),
  );

  it("are ingested in one command, and a second run changes nothing", async () => {
    const first = await deskhand(["ingest", join(DATA, "docs.json")], { folder });
    expect(first.out).toMatch(/^698 added, 0 changed, 0 unchanged, 0 removed/);
    expect(first.code).toBe(0);
    const second = await deskhand(["ingest", join(DATA, "docs.json")], { folder });
    expect(second.out).toMatch(/^0 added, 0 changed, 698 unchanged, 0 removed/);
  });

  it("answer customers' questions with links, and internal ones never appear", async () => {
    const shop = startDeskhand({ folder });
    for (const { id, q } of questions) shop.send(says(id, `c-${id}`, `u-${id}`, q));
    for (const { id } of questions) await shop.until(replyTo(id));
    expect(await shop.end()).toBe(0);
    const answers = shop.lines.filter((line) => line.type === "reply" && line["by"] === "ai");
    const cited = answers.flatMap((line) => line["citations"] as { id: string; url?: string }[]);
    expect(cited.filter(({ id }) => internal.has(id))).toEqual([]);
    expect(cited.every(({ url }) => url?.startsWith("https://help.rho-bank.example/"))).toBe(true);
    const relevant = new Map(questions.map(({ id, rel }) => [id, rel]));
    const right = answers.filter((line) => {
      const asked = (line["inReplyTo"] as string[])[0] ?? "";
      return (line["citations"] as { id: string }[]).some(({ id }) => relevant.get(asked)?.includes(id));
    });
    // What lexical search reaches; bench/retrieval has the figures.
    expect(right.length).toBeGreaterThanOrEqual(35);
  });

  it("are searched by programs, a question a line", async () => {
    const input = questions.map(({ q }) => q).join("\n");
    const ran = await deskhand(["search", "--stdin", "-n", "10"], { folder, input });
    const answers = ran.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { results: { id: string }[] });
    expect(answers).toHaveLength(questions.length);
    expect(answers.flatMap(({ results }) => results).filter(({ id }) => internal.has(id))).toEqual([]);
    const one = await deskhand(["search", "--json", "-n", "3", "how", "do", "i", "freeze", "my", "card"], {
      folder,
    });
    const [best] = JSON.parse(one.out) as Record<string, unknown>[];
    expect(Object.keys(best ?? {})).toEqual(["id", "title", "url", "score", "excerpt"]);
  });

  it("name a path that is not there", async () => {
    const ran = await deskhand(["ingest", "no/such/folder"], { folder });
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/no\/such\/folder/);
  });
});

describe("a process that is killed", () => {
  it("loses nothing and answers nothing twice", async () => {
    const folder = temporaryFolder();
    const ids = Array.from({ length: 12 }, (_, n) => `k${n}`);
    const questions = ["How do I reset my password?", "I want a human", "refund me $900", "hello"];
    let lines: readonly { readonly type: string }[] = [];
    for (let run = 0; run < 4; run += 1) {
      const shop = startDeskhand({ folder });
      const mine = ids.slice(run * 3, run * 3 + 3);
      for (const id of mine)
        shop.send(says(id, `c-${id}`, `u-${id}`, questions[Number(id.slice(1)) % 4] ?? ""));
      for (const id of mine) await shop.until((line) => line.type === "accepted" && line["id"] === id);
      // Somewhere between the acknowledgement and the answer, another place each time.
      await new Promise((resolve) => setTimeout(resolve, 1_150 + run * 40));
      await shop.kill();
      lines = [...lines, ...shop.lines];
    }
    const last = startDeskhand({ folder });
    for (const id of ids) last.send(says(id, `c-${id}`, `u-${id}`, "again"));
    expect(await last.end()).toBe(0);
    lines = [...lines, ...last.lines];
    expect(last.lines.filter((line) => line.type === "accepted" && line["duplicate"] === true)).toHaveLength(
      ids.length,
    );
    for (const id of ids) {
      const deliveries = new Set(
        lines.filter((line) => replyTo(id)(line as never)).map((line) => Reflect.get(line, "id")),
      );
      expect([id, deliveries.size]).toEqual([id, 1]);
      const cards = new Set(
        lines
          .filter((line) => cardOf(`c-${id}`)(line as never))
          .map((line) => Reflect.get(line, "escalation")),
      );
      expect(cards.size).toBeLessThanOrEqual(1);
    }
  });
});
