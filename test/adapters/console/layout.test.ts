import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { completions, readCommand } from "../../../adapters/console/commands.ts";
import { box, displayWidth, paint, sideBySide, span, wrap } from "../../../adapters/console/layout.ts";
import { createMemory } from "../../../adapters/console/memory.ts";
import { clean, cleanLine, duration, plainMarkdown } from "../../../adapters/console/text.ts";
import { Terminal } from "./terminal.ts";

describe("wrapping", () => {
  it("keeps words whole and indents what follows a list mark", () => {
    expect(wrap("• one two three\n12. four five six\nplain text here", 11)).toEqual([
      "• one two",
      "  three",
      "12. four",
      "    five",
      "    six",
      "plain text",
      "here",
    ]);
  });

  it("keeps columns that blanks make", () => {
    expect(wrap("  model     offline\n  database  file", 30)).toEqual([
      "  model     offline",
      "  database  file",
    ]);
  });

  it("cuts a word that is longer than a row", () => {
    expect(wrap("see https://example.com/a", 10)).toEqual(["see", "https://ex", "ample.com/", "a"]);
  });

  it("never makes a row too wide, and loses nothing but blanks", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "b", " ", "好", "👍", "é", "•", "-", "1", ".", "\n"),
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 30 }), (given, width) => {
        const rows = wrap(given, width);
        expect(Math.max(...rows.map(displayWidth))).toBeLessThanOrEqual(width);
        expect(rows.join("").replaceAll(" ", "")).toBe(given.replaceAll(/[ \n]/g, ""));
      }),
      { numRuns: 2_000, examples: [["•  aa", 4]] },
    );
  });
});

it("measures text as a terminal does", () => {
  expect(["abc", "好", "👍", "👩‍👩‍👧", "e\u0301", "é", "›", "✔️"].map(displayWidth)).toEqual([
    3, 2, 2, 2, 1, 1, 1, 2,
  ]);
});

it("draws a box and two columns that fit their width exactly", () => {
  const terminal = new Terminal(80);
  const boxed = box("a title that is much too long", [[span("好")], [span("text")]], 20, "staff");
  const rows = sideBySide([[span("left")]], boxed, 10).map((row) => paint(row, terminal));
  expect(rows).toEqual([
    "left       │ ╭─ a title that ───╮",
    "           │ │ is much too      │",
    "           │ │ long             │",
    "           │ │ 好               │",
    "           │ │ text             │",
    "           │ ╰──────────────────╯",
  ]);
});

describe("other people's text", () => {
  it("loses escape sequences, control characters and changes of direction", () => {
    expect(clean("a\u001B[2Jb\u001B]0;title\u0007c\u0000\u0008d\r\ne\u009B31mf\u202Eg\th")).toBe(
      "abcd\nefg  h",
    );
    expect(cleanLine(" two\n lines ")).toBe("two lines");
  });

  it("has nothing left that a terminal would obey, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(clean(text)).not.toMatch(/(?!\n)\p{Cc}/u);
      }),
    );
  });

  it("reads as it would be typed, without the marks of Markdown", () => {
    expect(
      plainMarkdown(
        "# Hi\n\n* **Open** `Settings` *now*, _please_\n- 2 * 3 * 4, a_b_c\n[the page](https://x.example/a_b_c)",
      ),
    ).toBe("Hi\n\n• Open Settings now, please\n• 2 * 3 * 4, a_b_c\nthe page (https://x.example/a_b_c)");
  });
});

it.each([
  [59_000, "under a minute"],
  [60_000, "1 min"],
  [7_200_000, "2 h"],
  [172_800_000, "2 days"],
])("says %i ms as %s", (ms, words) => {
  expect(duration(ms)).toBe(words);
});

function known(word: string): boolean {
  return word === "esc-1";
}

describe("commands", () => {
  it.each([
    ["/resolve esc-1 paid back", { kind: "act", action: "resolve", escalation: "esc-1", note: "paid back" }],
    ["/resolve paid back", { kind: "act", action: "resolve", note: "paid back" }],
    ["/claim esc-9", { kind: "act", action: "claim", escalation: "esc-9" }],
    ["/back", { kind: "act", action: "hand_back" }],
    ["/note esc-1 hm", { kind: "say", as: "staff", text: "// hm", escalation: "esc-1" }],
    ["// hm", { kind: "say", as: "customer", text: "// hm" }],
    ["/AS staff", { kind: "role", role: "staff" }],
    ["/private", { kind: "new", channel: "private" }],
    ["  ", { kind: "nothing" }],
  ])("%j is understood", (typed, command) => {
    expect(readCommand(typed, "customer", known)).toEqual(command);
  });

  it.each(["/staff", "/note ", "/rate 7", "/verify me", "/as boss", "/try x", "/", "/unknown"])(
    "%j is answered with what would be right",
    (typed) => {
      expect(readCommand(typed, "customer", known)).toMatchObject({
        kind: "wrong",
        hint: expect.stringMatching(/./),
      });
    },
  );

  it("are completed by their beginning", () => {
    expect(completions("/re")).toEqual(["/resolve"]);
    expect(completions("/p")).toEqual(["/public", "/private"]);
    expect(completions("re")).toEqual([]);
  });
});

it("the memory of a run forgets the oldest first and stays bounded", () => {
  const memory = createMemory(2);
  for (const id of ["m1", "m2", "m3"]) {
    memory.heard({
      eventId: id,
      address: { adapter: "console", key: `c/${id}` },
      visibility: "private",
      sender: { id: "u1", name: "Ann", role: "customer" },
      sentAt: 0,
      body: {
        kind: "message",
        messageId: id,
        text: "",
        mode: "dm",
        opens: true,
        addressed: false,
        attachments: [],
      },
    });
  }
  expect(["m1", "m2", "m3"].map((id) => memory.messageOf(id) !== undefined)).toEqual([false, true, true]);
  expect(memory.visibilityOf({ adapter: "console", key: "c/m1" })).toBeUndefined();
});
