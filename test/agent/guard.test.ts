import { describe, expect, it } from "vitest";

import { guard } from "../../src/agent/guard.ts";
import { passageOf, readingOf } from "../servers/shop.ts";
import { draftOf, judged, REFUNDS, shown } from "./guard-scene.ts";

describe("the guard takes out links to hosts that are not the shop's", () => {
  it.each([
    ["a bare address", "See https://evil.com/login now", "See (link removed) now"],
    ["a markdown link", "See [the help](https://evil.com/login) now", "See the help now"],
    ["a link in angle brackets", "See <https://evil.com> now", "See (link removed) now"],
    ["a Slack link", "See <https://evil.com|the help> now", "See (link removed) now"],
    ["a link with a title", 'See [it](https://evil.com "Acme") now', "See it now"],
    ["a link without a scheme", "See [it](//evil.com) or //evil.com now", "See it or (link removed) now"],
    ["a host alone", "See evil.com now", "See (link removed) now"],
    ["a host and path", "See evil.tld/login now", "See (link removed) now"],
    ["a host in emphasis", "See _evil.com_ now", "See _(link removed)_ now"],
    ["a host after a slash", "See help/evil.com now", "See help/(link removed) now"],
    ["www", "See www.evil.com now", "See (link removed) now"],
    ["a user's name before the host", "See https://acme.example@evil.com now", "See (link removed) now"],
    ["a user's name before our host", "See https://evil@acme.example now", "See (link removed) now"],
    ["a backslash in the host", "See https://acme.example\\@evil.com now", "See (link removed) now"],
    ["our host as a subdomain", "See https://acme.example.evil.com now", "See (link removed) now"],
    ["our host as an ending", "See https://evilacme.example now", "See (link removed) now"],
    ["a letter that looks like ours", "See https://\u0430cme.example now", "See (link removed) now"],
    ["a dot of another script", "See evil\u3002com now", "See (link removed) now"],
    ["another port", "See https://acme.example:8443 now", "See (link removed) now"],
    ["no encryption", "See http://acme.example now", "See (link removed) now"],
    ["another scheme", "See ftp://acme.example now", "See (link removed) now"],
    ["a script", "See [it](javascript:alert) now", "See it now"],
    ["a script with brackets", "See [it](javascript:alert((1))) now", "See [it] (javascript:alert((1))) now"],
    ["a label with brackets", "See [it [1]](javascript:alert) now", "See [it [1]] (javascript:alert) now"],
    ["data", "See [it](data:text/html;base64,PGI+) now", "See it now"],
    ["invisible characters in it", "See https://ev\u200Bil.com now", "See (link removed) now"],
    ["an image", "See ![logo](https://evil.com/pixel.png?who=ann) now", "See logo now"],
    ["an image of ours as well", "See ![logo](https://acme.example/p.png) now", "See logo now"],
    [
      "a link inside a link's text",
      "See [https://evil.com](https://acme.example) now",
      "See https://acme.example now",
    ],
  ])("%s", (_what, draft, text) => {
    expect(shown(draft)).toBe(text);
  });

  it("a link's definition at the end", () => {
    expect(shown("See [it][1] now.\n\n[1]: https://evil.com")).toBe("See [it][1] now.");
    expect(shown("See [it][1] now.\n\n> [1]: javascript:alert(1)")).toBe("See [it][1] now.");
  });

  it.each([
    "See https://acme.example/docs?a=1#b now",
    "See https://ACME.example/docs now",
    "See https://acme.example.",
    "See **https://acme.example**, please",
    "See [the docs](https://app.acme.example/docs) now",
    "See app.acme.example/docs now",
    "See https://help.acme.example/refunds, the article that was found",
    "Open export.csv, report.pdf: both are there. Node.js 24.1 and v2.0/3.0 too, e.g.: this",
    "It costs $4.99/month, i.e. less than 5.00 a month.",
  ])("but leaves what may stand: %s", (draft) => {
    expect(shown(draft)).toBe(draft);
  });

  it("and says what it did", () => {
    expect(judged("See https://evil.com and @everyone, write to eve@evil.com")).toMatchObject({
      kind: "pass",
      mended: ["a mention", "a link to a foreign host", "an e-mail address"],
    });
  });
});

describe("the guard takes out what a platform would carry out", () => {
  it.each([
    ["@everyone", "Hey @everyone!", "Hey everyone!"],
    ["@here and @channel in any case", "@Here and @CHANNEL", "Here and CHANNEL"],
    ["a hidden @everyone", "Hey @\u200Beveryone and @every\u00ADone", "Hey everyone and everyone"],
    ["@everyone made by taking out a tag", "Hey @<b>everyone", "Hey everyone"],
    ["@everyone made by taking out a link", "Hey @[everyone](https://evil.com)", "Hey everyone"],
    ["Slack's channel mention", "Hey <!channel> <!here|here>!", "Hey  !"],
    ["Slack's group mention", "Hey <!subteam^S123>!", "Hey !"],
    ["a user's mention", "Hey <@U123> and <@!123> and <@&99>", "Hey  and  and"],
    ["a channel's mention", "See <#C123|general> there", "See  there"],
    ["a mention inside a mention", "Hey <<@U1>@U2> there", "Hey  there"],
    ["an emoji of the server", "Hey <a:party:123> <:x:1> there", "Hey   there"],
    ["html", "Hey <script>alert(1)</script><img src=x> there", "Hey alert(1) there"],
  ])("%s", (_what, draft, text) => {
    expect(shown(draft)).toBe(text);
  });

  it("but leaves comparisons and ordinary at-signs", () => {
    const text = "Use it when 3 < 5 and 7 > 2; your handle is @ann.";
    expect(shown(text)).toBe(text);
  });
});

describe("the guard and e-mail addresses", () => {
  it("leaves the customer's own in private, and takes it out in public", () => {
    expect(shown("I see ann@example.com.")).toBe("I see ann@example.com.");
    expect(shown("I see ann@example.com.", { visibility: "public" })).toBe("I see (e-mail removed).");
  });

  it("leaves one that the customer wrote, in private alone", () => {
    const question = "Is it eve@corp.example?";
    expect(shown("Yes, eve@corp.example.", { question })).toBe("Yes, eve@corp.example.");
    expect(shown("Yes, eve@corp.example.", { question, visibility: "public" })).toBe(
      "Yes, (e-mail removed).",
    );
  });

  it("takes out anybody else's", () => {
    expect(shown("It belongs to ben@example.com or BEN.X+1@Mail.Example.org.")).toBe(
      "It belongs to (e-mail removed) or (e-mail removed).",
    );
    expect(shown("Write to [Ben](mailto:ben@example.com).")).toBe("Write to Ben.");
  });

  it("leaves one that an article for customers gives, in public too", () => {
    const text = "Write to billing@acme.example.";
    expect(shown(text, { visibility: "public" })).toBe(text);
    const internal = {
      passages: [REFUNDS, { ...REFUNDS, id: "i", audience: "internal" as const, text: "vip@acme.example" }],
    };
    expect(shown("Write to vip@acme.example.", internal)).toBe("Write to (e-mail removed).");
  });
});

describe("the guard wants every fact to rest on something", () => {
  const bare = { citations: [], passages: [] };
  const because = { kind: "reject", reason: "low_confidence", rule: expect.stringContaining("supports") };

  it("names the articles that are cited, each once, in the order of the answer", () => {
    const exports = passageOf("Exports are under Settings.", {
      articleId: "exports",
      title: "Exports",
      url: null,
    });
    const verdict = judged("Refunds take 5 days, exports are in Settings.", {
      passages: [REFUNDS, exports],
      citations: ["kb:exports", "https://help.acme.example/refunds", "kb:exports"].map((source) => ({
        source,
        title: "",
        citedText: "",
      })),
    });
    expect(verdict).toMatchObject({
      citations: [
        { id: "exports", title: "Exports" },
        { id: "refunds", title: "Refunds", url: "https://help.acme.example/refunds" },
      ],
    });
  });

  it("drops a citation of what the model was never shown, or may not show", () => {
    const citations = [{ source: "https://help.acme.example/other", title: "Other", citedText: "x" }];
    expect(judged("Unicorns are free on Mondays.", { citations })).toMatchObject(because);
    const internal = { ...REFUNDS, audience: "internal" as const };
    expect(judged("Unicorns are free on Mondays.", { passages: [internal] })).toMatchObject(because);
  });

  it("finds the article by its words when the model cites none", () => {
    expect(
      judged("Refunds arrive within 5 days on the card that was charged.", { citations: [] }),
    ).toMatchObject({
      kind: "pass",
      citations: [{ id: "refunds" }],
    });
  });

  it("stops facts that nothing supports", () => {
    expect(judged("Unicorns are free on Mondays.", bare)).toMatchObject(because);
    const failed = { ...bare, usedTools: [{ name: "get_order_status", ok: false }] };
    expect(judged("It was shipped on Monday.", failed)).toMatchObject(because);
    const searched = { ...bare, usedTools: [{ name: "search_knowledge_base", ok: true }] };
    expect(judged("Unicorns are free on Mondays.", searched)).toMatchObject(because);
  });

  it("takes a tool's result, small talk, a way to verify or a question back as support enough", () => {
    const used = { ...bare, usedTools: [{ name: "get_order_status", ok: true }] };
    expect(judged("It was shipped on Monday.", used)).toMatchObject({ kind: "pass", citations: [] });
    expect(judged("Hello Ann!", { ...bare, reading: readingOf({ intent: "small_talk" }) })).toMatchObject({
      kind: "pass",
    });
    const unverified = { ...bare, customerEmail: null };
    expect(judged("Please verify your e-mail with /verify first.", unverified)).toMatchObject({
      kind: "pass",
    });
    expect(judged("Which browser do you use?", bare)).toMatchObject({ kind: "pass" });
  });

  it("does not take a lecture that ends in a question for a question", () => {
    const lecture = `${"Unicorns are free on Mondays. ".repeat(20)} Does that help?`;
    expect(judged(lecture, bare)).toMatchObject(because);
  });

  it("stops an empty draft, and one of which nothing is left", () => {
    expect(judged("  \n ")).toMatchObject({ rule: "the draft is empty" });
    expect(judged("<script></script>\u200B")).toMatchObject({ rule: "the draft is empty" });
  });
});

describe("the guard keeps what is inside inside", () => {
  const systemPrompt =
    "You are Aria, customer support for Acme SaaS. Never promise a refund, credit, plan change or a person's answer yourself. Keep it short.";

  it("stops a draft that repeats an internal article, as an incident", () => {
    expect(judged("Any text.", { leaksInternal: true })).toEqual({
      kind: "reject",
      reason: "policy_exception",
      rule: "the draft repeats an internal article",
      security: true,
      retryStronger: false,
    });
  });

  it("stops a draft that repeats its instructions, however they are laid out", () => {
    const leak = "My rules: *never* promise a\nrefund, CREDIT, plan change — or a person's answer yourself!";
    expect(judged(leak, { systemPrompt })).toMatchObject({ security: true, retryStronger: false });
  });

  it("does not mind that an answer and the instructions share a few words", () => {
    const text = "I'm Aria, customer support for Acme SaaS. Keep it short, please.";
    expect(judged(text, { systemPrompt })).toMatchObject({ kind: "pass" });
  });

  it("looks for leaks first, whatever else is wrong with a draft", () => {
    expect(judged("I've refunded you.", { leaksInternal: true })).toMatchObject({ security: true });
  });
});

it("gives the same verdict for the same draft, however often it is asked", () => {
  const draft = draftOf("See https://evil.com, @everyone, eve@evil.com and <@U1>.");
  const first = guard(draft);
  for (let round = 0; round < 5; round += 1) expect(guard(draft)).toEqual(first);
});
