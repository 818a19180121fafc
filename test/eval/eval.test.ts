import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { answerFromSources, startClaude } from "../servers/claude.ts";
import { deskhand } from "../servers/run.ts";

function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "deskhand-eval-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const TWO = `conversations:
  - name: password
    escalation: none
    steps: [{ customer: How do I reset my password?, expect: { contains: reset } }]
  - name: a person
    escalation: customer_request
    steps: [{ customer: can I talk to a human }]
`;

const WRONG = `conversations:
  - name: password
    escalation: customer_request
    steps:
      - customer: How do I reset my password?
        expect:
          contains: [reset, crocodile]
          contains_one_of: [lion, tiger]
          not_contains: RESET
          desk_contains: elephant
          tools: get_order_status
          not_tools: search_knowledge_base
          cites: billing/invoices
          outcome: escalated
  - name: a person
    escalation: none
    steps: [{ customer: can I talk to a human, expect: { outcome: escalated } }]
`;

interface Run {
  readonly summary: {
    readonly passed: number;
    readonly conversations: number;
    readonly resolution: number;
    readonly costMicros: number;
    readonly model: string;
    readonly escalation: { readonly precision: number; readonly recall: number };
  };
  readonly difference: {
    readonly nowFailing: readonly string[];
    readonly added: readonly string[];
    readonly changed: readonly { readonly what: string }[];
  } | null;
  readonly conversations: readonly { readonly name: string; readonly failures: readonly string[] }[];
}

describe("deskhand eval", () => {
  it("the conversations of the sample shop go as they should with the offline model", async () => {
    const folder = folderWith();
    const ran = await deskhand(["eval", "--json", "--no-save"], { folder });
    const { summary, conversations } = JSON.parse(ran.out) as Run;
    expect(conversations.flatMap(({ name, failures }) => failures.map((one) => `${name}: ${one}`))).toEqual(
      [],
    );
    expect(ran.code).toBe(0);
    expect(summary.conversations).toBeGreaterThanOrEqual(30);
    expect(summary).toMatchObject({
      resolution: 1,
      costMicros: 0,
      escalation: { precision: 1, recall: 1 },
    });
  });

  it("says of each expectation that failed what came instead, and ends with 1", async () => {
    const folder = folderWith({ "wrong.yaml": WRONG });
    const ran = await deskhand(["eval", "wrong.yaml", "--json"], { folder });
    expect(ran.code).toBe(1);
    const [password, person] = (JSON.parse(ran.out) as Run).conversations;
    const said = password?.failures.join("\n") ?? "";
    for (const part of [
      /"crocodile" is not in what the customer got/,
      /none of "lion", "tiger"/,
      /"RESET" must not be in/,
      /"elephant" is not in what staff got/,
      /get_order_status was not used/,
      /billing\/invoices is not cited; account\/reset-password/,
      /it ended as answered; expected escalated/,
      /no person was called; expected customer_request/,
    ]) {
      expect(said).toMatch(part);
    }
    expect(password?.failures).toHaveLength(8);
    expect(person?.failures).toEqual(["a person was called (customer_request); none should have been"]);
  });

  it("compares with the last run of the same model, and touches no database of the operator", async () => {
    const folder = folderWith({ "cases.yaml": TWO });
    const first = await deskhand(["eval", "cases.yaml"], { folder });
    expect(first).toMatchObject({ code: 0 });
    expect(first.out).toMatch(/passed +2 of 2 conversations/);
    expect(first.out).toMatch(/No earlier run/);
    const again = await deskhand(["eval", "cases.yaml"], { folder });
    expect(again.out).toMatch(/Nothing changed since 20/);
    writeFileSync(join(folder, "cases.yaml"), TWO.replace("contains: reset", "contains: crocodile"));
    const third = await deskhand(["eval", "cases.yaml", "--json"], { folder });
    expect(third.code).toBe(1);
    const { difference } = JSON.parse(third.out) as Run;
    expect(difference).toMatchObject({ nowFailing: ["password"] });
    expect(difference?.changed).toContainEqual({ what: "passed", from: 2, to: 1 });
    expect(JSON.parse(readFileSync(join(folder, ".last-run.json"), "utf8"))).toHaveProperty("offline");
    expect(() => readFileSync(join(folder, "data", "deskhand.db"))).toThrow(/ENOENT/);
  });

  it("names the place of a mistake in the file", async () => {
    const folder = folderWith({
      "bad.yaml": "conversations:\n  - name: x\n    escalation: maybe\n    steps: []\n",
    });
    const ran = await deskhand(["eval", "bad.yaml"], { folder });
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/conversations\.0\.escalation/);
    expect(ran.err).not.toMatch(/at .*\.ts:\d+/);
  });

  it("estimates the price before Claude is asked, and asks only with --yes", async () => {
    const claude = await startClaude();
    claude.behave(answerFromSources);
    onTestFinished(() => claude.close());
    const folder = folderWith({ "cases.yaml": TWO });
    const env = { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url };
    const asked = await deskhand(["eval", "cases.yaml"], { folder, env });
    expect(asked).toMatchObject({ code: 2, out: "" });
    expect(asked.err).toMatch(/2 conversations with Claude: about \$0\.00\d+/);
    expect(claude.requests).toHaveLength(0);
    const ran = await deskhand(["eval", "cases.yaml", "--yes", "--json"], { folder, env });
    expect(claude.requests.length).toBeGreaterThan(0);
    const { summary } = JSON.parse(ran.out) as Run;
    expect(summary.costMicros).toBeGreaterThan(0);
    expect(summary.model).toMatch(/claude-haiku-5-5/);
    const estimated = Number(/about \$([\d.]+)/.exec(asked.err)?.[1]) * 1_000_000;
    // An estimate that errs high, but not by far.
    expect(summary.costMicros).toBeLessThan(estimated * 1.5);
    expect(summary.costMicros).toBeGreaterThan(estimated / 6);
  });
});
