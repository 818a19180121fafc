import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { jsonItems } from "../../src/eval/shadow/json-items.ts";
import { nothingLeftOut, type Asked } from "../../src/eval/shadow/asked.ts";
import { discordFiles, readDiscordExport } from "../../src/eval/shadow/discord-export.ts";
import { asksSomething } from "../../src/eval/shadow/shadow.ts";
import { readSlackExport } from "../../src/eval/shadow/slack-export.ts";
import { answerFromSources, startClaude } from "../servers/claude.ts";
import { deskhand } from "../servers/run.ts";

const EXPORTS = join(import.meta.dirname, "..", "data", "exports");
const SLACK = join(EXPORTS, "slack");
const DISCORD = join(EXPORTS, "discord");

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "deskhand-shadow-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function all<T>(items: AsyncIterable<T> | Iterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const short = ({ author, text, answered }: Asked) => ({ author, text, answered });

describe("a Slack export", () => {
  it("gives the roots of threads that customers wrote, and says why the rest is none", async () => {
    const leftOut = nothingLeftOut();
    const options = { staff: new Set(["u0sam"]), channels: new Set(["help"]), leftOut };
    const asked = await all(readSlackExport(SLACK, options));
    expect(asked.map(short)).toEqual([
      { author: "ann", text: "How do I reset my password?", answered: true },
      { author: "Ben Example", text: "can I talk to a human please", answered: false },
      { author: "Ben Example", text: "Do you sell left-handed electric guitars?", answered: false },
      { author: "ann", text: "do you sell left handed electric guitars", answered: false },
      { author: "ann", text: "I want a refund of $450 & a call", answered: false },
      { author: "Ben Example", text: "good morning everybody", answered: false },
    ]);
    expect(leftOut).toEqual({ bots: 1, staff: 1, replies: 2, empty: 1, talk: 0 });
    expect(asked[0]?.at).toBe(1_793_610_000_000);
  });
});

describe("a Discord export", () => {
  it("gives what customers asked in channels and threads, what they added at once, and whether anybody replied", async () => {
    const leftOut = nothingLeftOut();
    const options = { staff: new Set(["support"]), channels: new Set<string>(), leftOut };
    const asked = await all(readDiscordExport(discordFiles(DISCORD), options));
    expect(asked.map(short)).toEqual([
      { author: "Ben", text: "How do I export my tasks to CSV?", answered: true },
      {
        author: "Ann",
        text: 'Where do I find my invoices?\nI looked at "Settings" {and} [billing] \\ but no',
        answered: true,
      },
      { author: "Ben", text: "please upgrade us to the Business plan", answered: false },
      { author: "Ann", text: "lol nice", answered: false },
    ]);
    expect(leftOut).toEqual({ bots: 1, staff: 0, replies: 2, empty: 1, talk: 0 });
  });

  it("is read an object at a time, wherever the chunks of the file end", async () => {
    const nasty = ['"', "\\", '\\"', "{", "}]", '"messages": [', "[{", "é🙂\u2028", ""];
    const items = Array.from({ length: 4_000 }, (_, at) => ({
      at,
      text: `${nasty[at % nasty.length]}${"x".repeat(at % 97)}`,
      inner: { deep: [{ more: nasty[(at * 7) % nasty.length] }] },
    }));
    const file = join(temporaryFolder(), "big.json");
    writeFileSync(
      file,
      JSON.stringify({ topic: 'a "messages": [ in words', messages: items, count: 4_000 }, null, 2),
    );
    const parts = await all(jsonItems(file, "messages"));
    expect(parts[0]).toMatchObject({ kind: "head" });
    expect(parts.slice(1).map(({ text }) => JSON.parse(text) as unknown)).toEqual(items);
  });

  it("is refused when it is something else", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "other.json"), '{"messages": [{"a": 1}]}');
    const ran = await deskhand(["shadow", "other.json"], { folder });
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/other\.json is not an export of DiscordChatExporter/);
    expect(ran.err).not.toMatch(/at .*\.ts:\d+/);
  });
});

describe("an export that is none", () => {
  it.each([
    ["export.zip", /export\.zip is still packed\. Unpack it/],
    ["export.txt", /export\.txt holds no export/],
  ])("%s is refused with what to do, not read as an empty one", async (name, says) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, name), "PK\u0003\u0004");
    const ran = await deskhand(["shadow", name], { folder });
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(says);
  });
});

describe("what asks for something", () => {
  it.each([
    "can i export to csv",
    "wie kündige ich",
    "I need a human",
    "refund me $30",
    "the app crashes on start",
  ])("%s: yes", (text) => expect(asksSomething(text)).toBe(true));
  it.each(["good morning everybody", "lol nice", "thanks!", "haha"])("%s: no", (text) =>
    expect(asksSomething(text)).toBe(false),
  );
});

interface Shown {
  readonly questions: number;
  readonly byReason: unknown;
  readonly tiers: { readonly code: { readonly count: number } };
  readonly cost: { readonly kind: string; readonly totalMicros: number; readonly perMonthMicros: number };
  readonly gaps: readonly { readonly question: string; readonly count: number; readonly customers: number }[];
  readonly unansweredThen: { readonly count: number };
  readonly resolution: number;
  readonly leftOut: { readonly talk: number };
}

describe("deskhand shadow", () => {
  it("projects tiers, calls for a person, cost and gaps without a model", async () => {
    const folder = temporaryFolder();
    const ran = await deskhand(["shadow", SLACK, "--staff", "sam", "--channels", "#help", "--json"], {
      folder,
    });
    const shown = JSON.parse(ran.out) as Shown;
    expect(ran.code).toBe(0);
    expect(shown).toMatchObject({
      questions: 5,
      byReason: { customer_request: 1, policy_exception: 1, low_confidence: 2 },
      tiers: { code: { count: 2 } },
      resolution: 0.2,
      unansweredThen: { count: 4, answeredNow: 0 },
      leftOut: { talk: 1 },
      cost: { kind: "estimated" },
    });
    expect(shown.gaps).toEqual([
      expect.objectContaining({
        question: "do you sell left handed electric guitars",
        count: 2,
        customers: 2,
      }),
    ]);
    expect(shown.cost.totalMicros).toBeGreaterThan(0);
    // Ten days of questions are a third of a month.
    expect(shown.cost.perMonthMicros / shown.cost.totalMicros).toBeCloseTo(3, 0);
    expect((await deskhand(["shadow", SLACK], { folder })).out).toMatch(/without a person +\d/);
  });

  it("asks Claude only with --yes, after the price was said", async () => {
    const claude = await startClaude();
    claude.behave(answerFromSources);
    onTestFinished(() => claude.close());
    const folder = temporaryFolder();
    const env = { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url };
    const free = await deskhand(["shadow", DISCORD, "--json"], { folder, env });
    expect(JSON.parse(free.out)).toMatchObject({ model: "offline", cost: { kind: "estimated" } });
    const asked = await deskhand(["shadow", DISCORD, "--claude"], { folder, env });
    expect(asked).toMatchObject({ code: 2, out: "" });
    expect(asked.err).toMatch(/3 questions with Claude: about \$0\.0/);
    expect(claude.requests).toHaveLength(0);
    const paid = await deskhand(["shadow", DISCORD, "--claude", "--yes", "--json"], { folder, env });
    expect(JSON.parse(paid.out)).toMatchObject({ questions: 3, cost: { kind: "booked" } });
    expect(claude.requests.length).toBeGreaterThan(0);
  });

  it("says how it is used when there is no export", async () => {
    const ran = await deskhand(["shadow", "nowhere"], { folder: temporaryFolder() });
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(/There is no nowhere[\s\S]*deskhand shadow EXPORT/);
  });
});
