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

const ACCORDIONS = `<main><h1>Questions</h1>
<h2>Payment</h2>
<div class="item"><h3><button aria-expanded="false" aria-controls="a">Which cards do you take?</button></h3>
<div id="a" hidden>Visa and Mastercard.</div></div>
<div class="item"><button aria-controls="b">Do you take cheques?</button><div id="b" style="display:none">No, sadly.</div></div>
<div class="faq-item"><div class="faq-question">Can I pay later?</div><div class="faq-answer" aria-hidden="true">Within thirty days.</div></div>
</main>`;

it("shows what accordions fold away, each answer under its question", () => {
  const page = `<!doctype html><html><body><header><button aria-controls="menu">Menu</button><nav id="menu" hidden>Shop and cart</nav></header>${ACCORDIONS}<footer>Imprint</footer></body></html>`;
  const { markdown } = readHtml(page);
  expect(markdown).toBe(
    "## Questions\n\n## Payment\n\n### Which cards do you take?\n\nVisa and Mastercard.\n\n" +
      "#### Do you take cheques?\n\nNo, sadly.\n\n#### Can I pay later?\n\nWithin thirty days.",
  );
});

it("reads the questions that a page only tells search engines, and none twice", () => {
  const entity = (name: string, text: string) => ({
    "@type": "Question",
    name,
    acceptedAnswer: { "@type": "Answer", text },
  });
  const questions = [
    entity("Do you ship to Norway?", "<p>Yes, in <b>five</b> days.</p>"),
    entity("Who are you?", "A shop."),
  ];
  const json = JSON.stringify({ "@graph": [{ "@type": "FAQPage", mainEntity: questions }] });
  const page = `<html><body><h1>Help</h1><script type="application/ld+json">${json}</script><script type="application/ld+json">{oops</script><h2>Who are you?</h2><p>A shop.</p></body></html>`;
  const { markdown } = readHtml(page);
  expect(markdown).toContain("#### Do you ship to Norway?\n\nYes, in **five** days.");
  expect(markdown.match(/Who are you/g)).toHaveLength(1);
});

it("keeps the foldable answers of an API's page, and parts of a cell apart", () => {
  const page =
    "<main><h2>List orders</h2><p>The newest first.</p><table><tr><td>limit</td><td><div>integer</div><p>20 by default</p></td></tr></table><h3>Responses</h3><div><button><strong>429</strong><p>Slow down</p></button></div></main>";
  const { markdown } = readHtml(page);
  expect(markdown).toMatch(/\*\*429\*\*\s+Slow down/);
  expect(markdown).toContain("| limit | integer 20 by default |");
});
