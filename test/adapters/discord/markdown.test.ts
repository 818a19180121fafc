import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { toDiscordMarkdown } from "../../../adapters/discord/markdown.ts";

describe("Markdown on Discord", () => {
  it("leaves what Discord draws itself", () => {
    const given =
      "# Title\n\n- **bold** and `code`\n  1. nested\n\n> quote\n\n[help](https://help.acme.example/a_(b))";
    expect(toDiscordMarkdown(given)).toBe(given.replace("a_(b)", "a_%28b%29"));
  });

  it("draws a table as aligned code", () => {
    const table =
      "| Plan | Price |\n|:--|--:|\n| Basic | $5 |\n| **Pro** | [$20](https://acme.example) | extra |";
    expect(toDiscordMarkdown(`Plans:\n\n${table}\n\nBye.`)).toBe(
      [
        "Plans:",
        "",
        "```",
        "Plan   Price",
        "-----  --------------------------  -----",
        "Basic  $5",
        "Pro    $20 (https://acme.example)  extra",
        "```",
        "",
        "Bye.",
      ].join("\n"),
    );
  });

  it("leaves a table inside code alone", () => {
    const code = "```md\n| a | b |\n|---|---|\n```";
    expect(toDiscordMarkdown(code)).toBe(code);
  });

  it("makes links of images, and shows the address where Discord would not mask it", () => {
    expect(toDiscordMarkdown("![A map](https://acme.example/m.png)")).toBe(
      "[A map](https://acme.example/m.png)",
    );
    expect(toDiscordMarkdown("![](https://acme.example/m.png)")).toBe("https://acme.example/m.png");
    expect(toDiscordMarkdown("[us](mailto:help@acme.example)")).toBe("us (help@acme.example)");
    expect(toDiscordMarkdown("[here](/docs)")).toBe("here (/docs)");
    expect(toDiscordMarkdown("[https://good.example](https://evil.example)")).toBe(
      "https://good.example (https://evil.example)",
    );
    expect(toDiscordMarkdown("`[a](/b)`")).toBe("`[a](/b)`");
  });

  it("makes deep headings bold and shows HTML as text", () => {
    expect(toDiscordMarkdown("#### Deep **one** ##")).toBe("**Deep one**");
    expect(toDiscordMarkdown("<b>bold</b><br>")).toBe("<b>bold</b><br>");
  });

  it("calls nobody, whatever the text", () => {
    const calls = fc.constantFrom(
      "@everyone",
      "@here",
      "@EVERYONE",
      "<@1>",
      "<@!22>",
      "<@&333>",
      "`",
      "```",
      " ",
      "\n",
    );
    const noise = fc.string({ unit: "grapheme", maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.oneof(calls, noise), { maxLength: 30 }), (pieces) => {
        expect(toDiscordMarkdown(pieces.join(""))).not.toMatch(/@(everyone|here)|<@[!&]?\d/i);
      }),
    );
  });
});
