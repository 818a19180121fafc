import { describe, expect, it } from "vitest";

import { agentSigns, isAgentHeading } from "../../src/knowledge/agent-text.ts";
import { newShelf } from "./shelf.ts";

const CUSTOMER =
  "# Reset your password\n\nOpen Settings, choose Security and press Reset. You will get an e-mail.\n";
const AGENT = `# Recovering an account

1. Ask the customer for the last four digits of their card.
2. Verify the customer's identity.
3. Use \`recover_account_4821\` to unlock it. The zebra code is 7.
`;

describe("an article is for staff only", () => {
  it.each([
    ["its front matter says so", "x.md", `---\naudience: internal\n---\n${CUSTOMER}`],
    ["its title has the word", "x.md", CUSTOMER.replace("# Reset", "# Internal: reset")],
    ["its title has the word at the end", "x.md", CUSTOMER.replace("password\n", "password (INTERNAL)\n")],
    [
      "its title names an agents' guide",
      "x.md",
      CUSTOMER.replace("# Reset your password", "# Agent guide: passwords"),
    ],
    ["it speaks to agents", "x.md", AGENT],
    [
      "it says of itself that it must not be told",
      "x.md",
      `${CUSTOMER}\n## Codes\n\nDo not disclose these codes: zebra.\n`,
    ],
  ])("when %s", async (_why, name, text) => {
    const shelf = await newShelf({ [name]: text });
    expect(await shelf.ingest()).toMatchObject({ added: 1, internal: 1 });
    expect(await shelf.finds("reset password settings security account zebra code")).toEqual([]);
    expect(await shelf.finds("reset password settings security account zebra code", "all")).toEqual(["x"]);
  });

  it("when its id is configured, also with a wildcard", async () => {
    const shelf = await newShelf({ "staff/a.md": CUSTOMER, "b.md": CUSTOMER, "c.md": CUSTOMER });
    await shelf.ingest({ internal_ids: ["staff/*", "b"] });
    expect(await shelf.finds("reset password")).toEqual(["c"]);
  });

  it("when it lies in a folder for staff, and the operator hears of it", async () => {
    const shelf = await newShelf({
      "internal/x.md": CUSTOMER,
      "for-agents/y.md": CUSTOMER,
      "help/z.md": CUSTOMER,
    });
    const { internal, treatedAsInternal } = await shelf.ingest();
    expect(internal).toBe(2);
    expect(treatedAsInternal.map((one) => one.evidence)).toEqual([
      ["in the folder for-agents"],
      ["in the folder internal"],
    ]);
    expect(await shelf.finds("reset password")).toEqual(["help/z"]);
  });

  it("when the title's word is not set off either, and then the operator hears of it", async () => {
    const shelf = await newShelf({
      "a.md": CUSTOMER.replace("# Reset", "# Calibrate the internal sensor and reset"),
      "b.md": CUSTOMER.replace("# Reset", "# Internal: reset"),
      "c.md": CUSTOMER.replace("# Reset", "# Internal server error: reset"),
    });
    const { internal, treatedAsInternal } = await shelf.ingest();
    expect(internal).toBe(2);
    expect(treatedAsInternal).toMatchObject([
      { articleId: "a", what: "article", evidence: ['"internal" in the title'] },
    ]);
    expect(await shelf.finds("reset password")).toEqual(["c"]);
  });

  it("but not for a title that only contains the letters", async () => {
    const shelf = await newShelf({
      "x.md": CUSTOMER.replace("# Reset", "# Internally and international: reset"),
    });
    expect(await shelf.ingest()).toMatchObject({ internal: 0, treatedAsInternal: [] });
  });
});

describe("the operator's word counts more than the check", () => {
  it("in the front matter", async () => {
    const shelf = await newShelf({ "x.md": `---\naudience: customer\n---\n${AGENT}` });
    expect(await shelf.ingest()).toMatchObject({ internal: 0, treatedAsInternal: [] });
    expect(await shelf.finds("recover account digits")).toEqual(["x"]);
  });

  it("in knowledge.customer_ids, also over the title", async () => {
    const shelf = await newShelf({
      "x.md": AGENT,
      "y.md": CUSTOMER.replace("# Reset", "# Internal transfers: reset"),
    });
    expect(await shelf.ingest({ customer_ids: ["x", "y*"] })).toMatchObject({ internal: 0 });
  });

  it("and where two of his words disagree, internal wins", async () => {
    const shelf = await newShelf({ "x.md": `---\naudience: internal\n---\n${CUSTOMER}`, "y.md": CUSTOMER });
    expect(await shelf.ingest({ customer_ids: ["x", "y"], internal_ids: ["y"] })).toMatchObject({
      internal: 2,
    });
  });
});

describe("a section for agents in a customer article", () => {
  it.each([
    "For agents",
    "Internal notes",
    "Agent instructions",
    "Staff only",
    "Agent procedure",
    "Notes for support staff",
  ])("under the heading %s is hidden down to the next heading of its level", async (heading) => {
    const text = `${CUSTOMER}\n## ${heading}\n\nThe walrus desk decides.\n\n### Details\n\nCall the walrus.\n\n## Still stuck?\n\nWrite to us about penguins.\n`;
    const shelf = await newShelf({ "x.md": text });
    await shelf.ingest();
    const seen = await shelf.reachable("walrus penguins reset details desk");
    expect(seen).toContain("penguins");
    expect(seen).toContain("press Reset");
    expect(seen).not.toMatch(/walrus|Details/i);
    expect(seen).not.toContain(heading);
  });

  it("stays hidden when the operator declares the article for customers", async () => {
    const shelf = await newShelf({
      "x.md": `---\naudience: customer\n---\n${CUSTOMER}\n## For agents\n\nThe walrus decides.`,
    });
    await shelf.ingest();
    expect(await shelf.reachable("walrus")).toBe("");
  });

  it("without such a heading is found by what it says, and named to the operator", async () => {
    const text = `${CUSTOMER}\n## Locked accounts\n\nAsk the customer to confirm the walrus. Use unlock_account_4821.\n\n## More\n\nYou can also write to us.`;
    const shelf = await newShelf({ "x.md": text });
    const { treatedAsInternal, internal } = await shelf.ingest();
    expect(internal).toBe(0);
    expect(treatedAsInternal).toEqual([
      {
        articleId: "x",
        title: "Reset your password",
        what: ["Locked accounts"],
        evidence: expect.arrayContaining(["unlock_account_4821"]) as string[],
      },
    ]);
    expect(await shelf.reachable("walrus unlock")).toBe("");
    expect(await shelf.reachable("write")).toContain("You can also write to us.");
  });

  it("takes its remaining steps with it", async () => {
    const text = `${CUSTOMER}\n## Codes\n\nYou may see one of these.\n\n### Code 1\n\nSay: 'Please wait, dear.'\n\n### Code 2\n\nAsk the customer to try again.\n\n### Code 3\n\nThe walrus is out.\n`;
    const shelf = await newShelf({ "x.md": text });
    await shelf.ingest();
    expect(await shelf.reachable("walrus wait try")).toBe("");
    expect(await shelf.reachable("settings")).toContain("press Reset");
  });
});

describe("texts for customers", () => {
  it.each([
    "Ask the support agent to confirm that your request has been submitted.",
    "Our customer service team is here to help you. As a valued customer you get a bonus.",
    "Confirm the user is on your block list. Open the user's profile and block the user.",
    "New customers get the first month free. When you buy as a new customer, the fee is waived.",
    "Call POST /v1/tasks with `project_id` and `due_date`. The field created_at is set by us.",
    "We will never share your data. Do not share your password with anyone.",
    "Review user access once a month and remove members who left.",
    "Your customers can pay by card. You can refund a customer from the Payments page.",
    "If you are an agent for a travel company, write to us.",
    "The agent may be missing: reinstall the Create Agent and let the agent start with the computer.",
    "Call `list_all_tasks` and then use `get_task_by_id` to read one. These are tools for developers.",
    "Verify client certificates before a client is accepted.",
    "Do not share your password with other users, and never tell anyone your PIN.",
    "Never disclose your API key.",
  ])("are left alone: %s", (text) => {
    expect(agentSigns(text).score).toBeLessThan(2);
  });

  it.each([
    "Agents of change: our story",
    "For teams of 10 to 50 people",
    "International payments",
    "Internal links between pages",
    "Staff pick colours",
  ])("keep their headings: %s", (heading) => expect(isAgentHeading(heading)).toBe(false));
});

describe("texts for agents", () => {
  it.each([
    "Ask the customer to restart the router.",
    "1. **Verify customer identity** before you go on.",
    "Explain: 'There was a temporary problem.'",
    "Use `close_account_7834` to close it.",
    "Do NOT tell the customer the reason.",
    "Escalate with logs if it happens again.",
    "Confirm that the bypass code matches.",
    "Agents must check the limit before a customer is told.",
    "Say that we look into it. Never promise a date.",
    "Refunds above $200 are approved by the shift lead in #refund-desk. Hand over to the second line.",
    "The customer is over 18. The customer is verified. The customer has one account. The customer has no loans. The customer lives here.",
  ])("are seen: %s", (text) => {
    expect(agentSigns(text).score).toBeGreaterThanOrEqual(2);
  });
});
