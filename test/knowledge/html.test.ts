import { expect, it } from "vitest";

import { htmlToMarkdown, readHtml } from "../../src/knowledge/html.ts";
import { newShelf } from "./shelf.ts";

const PAGE = `<!doctype html><html><head><title>Refunds | Acme Help</title>
<link rel="canonical" href="https://help.example.com/refunds"></head>
<body><nav><a href="/">Home</a> <a href="/pricing">Navigation bar</a></nav>
<main><h1>Refunds</h1>
<p>You can ask for your money back within 30 days of the purchase, whatever the reason, as long as the account is open.</p>
<h2>How long it takes</h2><table><tr><th>Method</th><th>Days</th></tr><tr><td>Card</td><td>5 | 10</td></tr></table>
<h2>For agents</h2><p>Press the red button in the back office.</p></main>
<footer>Imprint and cookies</footer><script>alert("run")</script></body></html>`;

it("keeps a page's main text, headings and tables, and leaves navigation and scripts out", () => {
  const { title, markdown } = readHtml(PAGE);
  expect(title).toBe("Refunds");
  expect(markdown).toContain("within 30 days");
  expect(markdown).toContain("## How long it takes");
  expect(markdown).toContain("| Method | Days |\n| --- | --- |\n| Card | 5 \\| 10 |");
  expect(markdown).not.toMatch(/Navigation bar|Imprint|alert/);
});

it("reads the whole body of a page without a main text", () => {
  expect(readHtml("<p>Hi</p>").markdown).toBe("Hi");
  expect(readHtml("").markdown).toBe("");
});

it("leaves plain text alone", () => {
  expect(htmlToMarkdown("1 < 2 & *so* on")).toContain("1 < 2");
  expect(htmlToMarkdown("no markup_here")).toBe("no markup_here");
});

it("an HTML article has its canonical link, and its agents' section stays inside", async () => {
  const shelf = await newShelf({ "refunds.html": PAGE });
  expect(await shelf.ingest()).toMatchObject({ added: 1, errors: [] });
  const { hits } = await shelf.index.match(["money"], { audience: "customer", limit: 5 });
  expect(hits.map((hit) => [hit.title, hit.url])).toEqual([["Refunds", "https://help.example.com/refunds"]]);
  expect(await shelf.reachable("red button office agents")).toBe("");
});

it("keeps a tool's name as one word, so that the audience check knows it", () => {
  expect(htmlToMarkdown("<p>Run open_account_4821 now</p>")).toBe("Run open_account_4821 now");
  expect(htmlToMarkdown("<p># no heading</p>")).toBe("\\# no heading");
});

it("a page of questions and answers has a heading for each question", () => {
  const folded = "<details><summary>How do I <b>pay</b>?</summary><p>By card.</p></details>";
  const listed = "<dl><dt>Who are you?</dt><dd>A shop.</dd></dl>";
  expect(htmlToMarkdown(folded + listed)).toBe(
    "#### How do I pay?\n\nBy card.\n\n#### Who are you?\n\nA shop.",
  );
});
