import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { charactersIn, MESSAGE_ROOM, MOST_BLOCKS, pack } from "../../../adapters/slack/pack.ts";
import { piecesOf } from "../../../adapters/slack/pieces.ts";
import { render } from "../../../adapters/slack/render.ts";
import { checkMessageBlocks } from "../../servers/slack/block-rules.ts";
import { findPings } from "../../servers/slack/pings.ts";
import { readMessage } from "../../servers/slack/read-blocks.ts";

const blocksOf = (markdown: string) => pack(piecesOf(markdown)).map(({ blocks }) => blocks);

/** What one section holds, for texts that become one. */
function section(markdown: string): unknown {
  const [block] = blocksOf(markdown)[0] ?? [];
  const { elements } = block as { elements: { elements: unknown }[] };
  return elements[0]?.elements;
}

describe("Markdown in Slack", () => {
  it("keeps bold, italic, strike and code as styles of literal text", () => {
    expect(section("a **b** _c_ ~~d~~ `e *f*`")).toEqual([
      { type: "text", text: "a " },
      { type: "text", text: "b", style: { bold: true } },
      { type: "text", text: " " },
      { type: "text", text: "c", style: { italic: true } },
      { type: "text", text: " " },
      { type: "text", text: "d", style: { strike: true } },
      { type: "text", text: " " },
      { type: "text", text: "e *f*", style: { code: true } },
    ]);
  });

  it("nests styles", () => {
    expect(section("**a _b_**")).toEqual([
      { type: "text", text: "a ", style: { bold: true } },
      { type: "text", text: "b", style: { bold: true, italic: true } },
    ]);
  });

  it("makes links of web and mail addresses only, and words of the rest", () => {
    expect(section("[a](https://x.example/y) https://z.example [b](javascript:alert)")).toEqual([
      { type: "link", url: "https://x.example/y", text: "a" },
      { type: "text", text: " " },
      { type: "link", url: "https://z.example" },
      { type: "text", text: " b (javascript:alert)" },
    ]);
  });

  it("shows images as links: a picture would be fetched from wherever the text says", () => {
    expect(section("![a chart](https://x.example/c.png)")).toEqual([
      { type: "link", url: "https://x.example/c.png", text: "a chart" },
    ]);
  });

  it("leaves what looks like a mention as the characters that were written", () => {
    const text = "Hi <!channel> <@U123> <!subteam^S1> @here &lt;!everyone&gt;";
    const [message] = pack(piecesOf(text));
    const read = readMessage(
      "",
      checkMessageBlocks(message?.blocks, () => "b"),
      () => "?",
    );
    expect(read).toBe("Hi <!channel> <@U123> <!subteam^S1> @here <!everyone>");
  });

  it("puts paragraphs in a row into one section with blank lines, and headings on the line above", () => {
    expect(section("# Title\n\nOne.\n\nTwo\nlines.")).toEqual([
      { type: "text", text: "Title", style: { bold: true } },
      { type: "text", text: "\n" },
      { type: "text", text: "One." },
      { type: "text", text: "\n\n" },
      { type: "text", text: "Two\nlines." },
    ]);
  });

  it("keeps lists with their depth, numbers and boxes", () => {
    const item = (text: string) => ({ type: "rich_text_section", elements: [{ type: "text", text }] });
    expect(blocksOf("3. c\n4. d\n   - x\n5. e\n\n- [ ] open\n- [x] done")).toEqual([
      [
        {
          type: "rich_text",
          elements: [
            {
              type: "rich_text_list",
              style: "ordered",
              indent: 0,
              offset: 2,
              elements: [item("c"), item("d")],
            },
            { type: "rich_text_list", style: "bullet", indent: 1, elements: [item("x")] },
            { type: "rich_text_list", style: "ordered", indent: 0, offset: 4, elements: [item("e")] },
            {
              type: "rich_text_list",
              style: "bullet",
              indent: 0,
              elements: [item("☐ open"), item("☑ done")],
            },
          ],
        },
      ],
    ]);
  });

  it("goes on counting after code inside a list", () => {
    const [blocks] = blocksOf("1. one\n   ```\n   code\n   ```\n2. two");
    expect(blocks).toMatchObject([
      {
        elements: [
          { type: "rich_text_list" },
          { type: "rich_text_preformatted", elements: [{ text: "code" }] },
          { type: "rich_text_list", offset: 1 },
        ],
      },
    ]);
  });

  it("keeps quotes and code", () => {
    expect(blocksOf("> said *so*\n> - once\n\n```ts\nif (a < b) {}\n```")).toEqual([
      [
        {
          type: "rich_text",
          elements: [
            {
              type: "rich_text_quote",
              elements: [
                { type: "text", text: "said " },
                { type: "text", text: "so", style: { italic: true } },
                { type: "text", text: "\n• once" },
              ],
            },
            { type: "rich_text_preformatted", elements: [{ type: "text", text: "if (a < b) {}" }] },
          ],
        },
      ],
    ]);
  });

  it("makes tables of tables, one a message", () => {
    const messages = blocksOf("|a|b|\n|:-:|-:|\n|1|**2**|\n\nbetween\n\n|c|\n|-|\n||");
    expect(messages).toHaveLength(2);
    expect(messages[0]?.[0]).toEqual({
      type: "table",
      column_settings: [
        { align: "center", is_wrapped: true },
        { align: "right", is_wrapped: true },
      ],
      rows: [
        [cell("a"), cell("b")],
        [{ type: "raw_text", text: "1" }, cell("2")],
      ],
    });
    expect(messages[1]?.[0]).toMatchObject({ type: "table", rows: [[cell("c")], [{ text: " " }]] });
  });

  it("repeats the heading where a table is longer than Slack allows", () => {
    const rows = Array.from({ length: 250 }, (_, at) => `|${at}|x|`);
    const messages = blocksOf(["|n|v|", "|-|-|", ...rows].join("\n"));
    const tables = messages.map(([table]) => (table as { rows: unknown[] }).rows);
    expect(tables.map(({ length }) => length)).toEqual([100, 100, 53]);
    expect(tables.map(([head]) => head)).toEqual([1, 2, 3].map(() => [cell("n"), cell("v")]));
  });

  it("lists the rows of a table that is too wide", () => {
    const wide = (value: string) => `|${Array.from({ length: 21 }, (_, at) => `${value}${at}`).join("|")}|`;
    const [blocks] = blocksOf(`${wide("h")}\n${wide("-")}\n`.replaceAll(/-\d+/g, "-") + wide("v"));
    expect(JSON.stringify(blocks)).toContain("rich_text_list");
    const read = readMessage(
      "",
      checkMessageBlocks(blocks, () => "b"),
      () => "?",
    );
    expect(read).toContain("h20: v20");
  });

  it("shows HTML as it was written, but for line breaks", () => {
    expect(section("a<br>b <b>c</b>")).toEqual([{ type: "text", text: "a\nb <b>c</b>" }]);
  });

  it("closes code that goes over the end of a message and opens it again", () => {
    const lines = Array.from({ length: 600 }, (_, at) => `line ${at} ${"x".repeat(20)}`);
    const messages = blocksOf(`before\n\n\`\`\`\n${lines.join("\n")}\n\`\`\`\n\nafter`);
    expect(messages.length).toBeGreaterThan(1);
    const code = messages.flat().flatMap((block) => {
      const { elements } = block as { elements: { type: string; elements: { text: string }[] }[] };
      return elements
        .filter(({ type }) => type === "rich_text_preformatted")
        .map((one) => one.elements[0]?.text);
    });
    expect(code.join("\n")).toBe(lines.join("\n"));
  });

  it("cuts between paragraphs before it cuts in one, and takes a heading along", () => {
    const paragraph = "A sentence of some words. ".repeat(150).trim();
    const messages = blocksOf(`${paragraph}\n\n${paragraph}\n\n# Head\n\n${paragraph}`);
    expect(messages).toHaveLength(2);
    expect(JSON.stringify(messages[0])).not.toContain("Head");
    expect(JSON.stringify(messages[1])).toContain("Head");
  });
});

function cell(text: string) {
  const element = { type: "text", text, style: { bold: true } };
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [element] }] };
}

describe("any text in Slack", () => {
  it("becomes messages under every limit that ping nobody", () => {
    fc.assert(
      fc.property(anyMarkdown, (markdown) => {
        const reply = { kind: "reply", by: "ai", text: markdown, citations: [], inReplyTo: [] } as const;
        for (const message of render(reply, { delivery: "d1", ping: "S1" })) {
          checkMessageBlocks(message.blocks, () => "b");
          expect(charactersIn(message.blocks)).toBeLessThanOrEqual(MESSAGE_ROOM);
          expect(message.blocks.length).toBeLessThanOrEqual(MOST_BLOCKS);
          expect(message.text.length).toBeLessThanOrEqual(4_000);
          expect(message.text).not.toBe("");
          expect(findPings(message.text, message.blocks as never, false)).toEqual([]);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("loses no word and keeps their order", () => {
    fc.assert(
      fc.property(anyDocument, ({ markdown, words }) => {
        const shown = blocksOf(markdown)
          .map((blocks) =>
            readMessage(
              "",
              checkMessageBlocks(blocks, () => "b"),
              () => "?",
            ),
          )
          .join("\n");
        const found = shown.match(/w\d+w/g) ?? [];
        const at = words.findIndex((word, index) => found[index] !== word);
        expect({ at, found: found[at], count: found.length }).toEqual({
          at: -1,
          found: undefined,
          count: words.length,
        });
      }),
      { numRuns: 300 },
    );
  });
});

/** Characters that Markdown and Slack make something of, in any order, and long. */
const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."*_~`#>-+|[]()!&<\\:.\n\n \t".split(""),
        "```\n",
        "<!here>",
        "<@U1>",
        "<!subteam^S1|x>",
        "|a|b|\n|-|-|\n",
        "\n\n- ",
        "\n1. ",
        "https://x.example/",
        "&lt;!channel&gt;",
        "<div>",
        "\n\n    code",
        "[a]: http://b",
        "\0",
        "\uD800",
        "😀",
        "---\n",
      ),
      fc.string({ maxLength: 30 }),
      fc.integer({ min: 1, max: 5_000 }).map((length) => "long ".repeat(length / 5)),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));
const anyMarkdown = fc.oneof(
  soup,
  fc.string({ maxLength: 200 }),
  fc.nat(30_000).map((length) => "y".repeat(length)),
);

/** Documents of which we know the words: each part is a function of the words it is given. */
const PARTS: readonly ((...words: string[]) => string)[] = [
  (a, b, c) => `${a} **${b}** _${c}_`,
  (a, b) => `# ${a} \`${b}\``,
  (a, b, c) => `- ${a}\n- ${b}\n  1. ${c}`,
  (a, b, c) => `1. ${a}\n2. ${b}\n\n   ${c}`,
  (a, b) => `> ${a}\n>\n> ${b}`,
  (a, b, c) => `\`\`\`\n${a}\n  ${b}\n${c}\n\`\`\``,
  (a, b, c) => `| ${a} | ${b} |\n|---|---|\n| ${c} | |`,
  (a, b) => `[${a}](https://x.example/${b})`,
  (a) => `<p>${a}</p>`,
  (a, b) => `- [x] ${a}\n\n  > ${b}`,
  () => "---",
];

/** A link's address holds one word; a table that is too long for a message becomes a list, in another order. */
function mostWords(part: number, repeat: number): number {
  if (part === 7) return 1;
  return part === 6 ? Math.min(repeat, 30) : repeat;
}

const anyDocument = fc
  .array(fc.record({ part: fc.nat(PARTS.length - 1), repeat: fc.constantFrom(1, 1, 1, 30, 900) }), {
    maxLength: 12,
  })
  .map((parts) => {
    const words: string[] = [];
    const chosen = parts.map(({ part, repeat }) => {
      const make = PARTS[part] ?? (() => "");
      const given = Array.from({ length: make.length }, () => {
        const run = Array.from({ length: mostWords(part, repeat) }, () => {
          words.push(`w${words.length}w`);
          return words.at(-1) ?? "";
        });
        return run.join(" ");
      });
      return make(...given);
    });
    return { markdown: chosen.join("\n\n"), words };
  });
