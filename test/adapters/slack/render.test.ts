import { describe, expect, it } from "vitest";

import type { Card } from "../../../src/domain.ts";
import { readFeedback } from "../../../adapters/slack/buttons.ts";
import { charactersIn, MESSAGE_ROOM } from "../../../adapters/slack/pack.ts";
import { render, type RenderOptions, type Written } from "../../../adapters/slack/render.ts";
import { checkMessageBlocks } from "../../servers/slack/block-rules.ts";
import { findPings } from "../../servers/slack/pings.ts";
import { readMessage } from "../../servers/slack/read-blocks.ts";
import { cardOf, reply } from "./bench.ts";

const options: RenderOptions = { delivery: "d1", ping: "SDESK" };

/** As a reader sees it; throws what Slack would refuse. */
function shown(content: Written, more: Partial<RenderOptions> = {}): string[] {
  return render(content, { ...options, ...more }).map(({ text, blocks }) =>
    readMessage(
      text,
      checkMessageBlocks(blocks, () => "b"),
      (_kind, id) => id,
    ),
  );
}

const lastBlocks = (content: Written) => render(content, options).at(-1)?.blocks ?? [];
const found = (content: Written) =>
  render(content, options).flatMap(({ text, blocks }) => findPings(text, blocks as never, true));

describe("what stands under an answer", () => {
  it("names its sources, linked where there is a link", () => {
    const citations = [
      { id: "a", title: "Refunds & <more>|x", url: "https://help.example/r?a=1&b=2" },
      { id: "b", title: "Office hours" },
      { id: "c", title: "Refunds again", url: "https://help.example/r?a=1&b=2" },
      { id: "d", title: "Odd", url: "javascript:alert(1)" },
    ];
    expect(lastBlocks(reply("Yes.", { citations })).at(-1)).toEqual({
      type: "context",
      elements: [
        {
          type: "mrkdwn",
          verbatim: true,
          text: "Sources: <https://help.example/r?a=1&amp;b=2|Refunds &amp; &lt;more&gt;¦x> · Office hours · Odd",
        },
      ],
    });
  });

  it("pings nobody by an article's title", () => {
    const citations = [{ id: "a", title: "<!channel> <@U1> @everyone" }];
    for (const { text, blocks } of render(reply("Yes.", { citations }), options)) {
      expect(findPings(text, blocks as never, false)).toEqual([]);
    }
    expect(JSON.stringify(lastBlocks(reply("Yes.", { citations })))).not.toContain("<!channel>");
  });

  it("carries thumbs that say which answer they are about", () => {
    const [row] = lastBlocks(reply("Yes.", { asksFeedback: true })).slice(-1);
    const { elements } = row as {
      elements: { positive_button: { value: string }; negative_button: { value: string } }[];
    };
    expect(readFeedback(elements[0]?.positive_button.value ?? "")).toEqual({ answer: "d1", helpful: true });
    expect(readFeedback(elements[0]?.negative_button.value ?? "")).toEqual({ answer: "d1", helpful: false });
  });

  it("carries five scores, and what the reader may do next", () => {
    const content = reply("How was it?", { asksRating: true, offers: ["verify_email", "enter_code"] });
    const ids = lastBlocks(content).flatMap((block) =>
      block.type === "actions" ? block.elements.map((one) => ("action_id" in one ? one.action_id : "")) : [],
    );
    expect(ids).toEqual([
      "deskhand_verify_email",
      "deskhand_enter_code",
      ...[1, 2, 3, 4, 5].map((score) => `deskhand_rate_${score}`),
    ]);
  });

  it("stands under the last of several messages", () => {
    const messages = render(reply("word ".repeat(6_000), { asksFeedback: true }), options);
    expect(messages.length).toBeGreaterThan(2);
    const withThumbs = messages.map(({ blocks }) => blocks.some(({ type }) => type === "context_actions"));
    expect(withThumbs).toEqual([...messages.slice(1).map(() => false), true]);
  });
});

describe("what stands under a long answer", () => {
  it("becomes a message of its own where Slack would refuse the two together", () => {
    const citations = Array.from({ length: 12 }, (_, at) => ({
      id: `a${at}`,
      title: `Article ${at} ${"t".repeat(200)}`,
      url: `https://help.example/${at}/${"u".repeat(180)}`,
    }));
    const messages = render(reply("word ".repeat(1_720), { citations }), options);
    expect(messages.map(({ blocks }) => blocks.map(({ type }) => type))).toEqual([
      ["rich_text"],
      ["context"],
    ]);
    for (const { blocks } of messages) expect(charactersIn(blocks)).toBeLessThanOrEqual(MESSAGE_ROOM);
    const short = render(reply("word", { citations }), options);
    expect(short.map(({ blocks }) => blocks.map(({ type }) => type))).toEqual([["rich_text", "context"]]);
  });
});

describe("a desk card", () => {
  it("says who waits since when, why, what was tried and what to do", () => {
    const [text] = shown(cardOf());
    expect(text).toBe(
      [
        "@SDESK a customer waits for a person.",
        "E-12 · Needs a decision by staff",
        "Customer: Ann <ann@example.com>",
        "Priority: high",
        "Waiting since: 2026-11-24 03:00 UTC",
        "Open the conversation (https://test.slack.com/archives/CHELP/p1)",
        "Wants 300 USD back.",
        "• paid twice",
        "Tried so far",
        "• Read “Refunds”",
        "• Looked up order 17",
        "Suggested next step",
        "Check the second payment.",
        "Open, nobody has claimed it · ticket T-7",
        "[Claim] [Resolve] [Hand back]",
      ].join("\n"),
    );
  });

  it("tells the time so that it stays true", () => {
    const { blocks } = render(cardOf(), options)[0] ?? { blocks: [] };
    expect(JSON.stringify(blocks)).toContain(
      '"type":"date","timestamp":1795489200,"format":"{date_short_pretty}, {time} ({ago})"',
    );
  });

  it.each<[Card["status"], string, string | null]>([
    ["open", "Open, nobody has claimed it", "[Claim] [Resolve] [Hand back]"],
    ["claimed", "Claimed by sam", "[Resolve] [Hand back]"],
    ["resolved", "Resolved by sam", null],
    ["handed_back", "Handed back to the AI by sam", null],
  ])("that is %s shows it and the buttons that still do something", (status, words, buttons) => {
    const claimedBy = status === "open" ? {} : { claimedBy: { id: "USAM", name: "sam" } };
    const [text = ""] = shown(cardOf({ status, ...claimedBy, ping: false }));
    expect(text).toContain(words);
    expect(text.split("\n").at(-1)).toBe(buttons ?? `${words} · ticket T-7`);
  });

  it("pings the configured group and nobody else, whatever the customer is called", () => {
    const nasty = "<!channel> <@U1> <!subteam^S9>";
    const card = cardOf({
      customer: nasty,
      summary: nasty,
      tried: [nasty],
      nextStep: nasty,
      ticket: nasty,
      escalationId: nasty,
    });
    expect(found(card)).toEqual([{ kind: "usergroup", id: "SDESK", where: "rich_text" }]);
    expect(
      render(card, { ...options, ping: null }).flatMap(({ text, blocks }) =>
        findPings(text, blocks as never, false),
      ),
    ).toEqual([]);
  });

  it("stays one message however long the story is", () => {
    const long = "word ".repeat(5_000);
    const card = cardOf({
      summary: `- ${long}\n\n|a|\n|-|\n|${long}|`,
      tried: Array(50).fill(long),
      nextStep: long,
      customer: long,
    });
    expect(shown(card)).toHaveLength(1);
  });
});

describe("what is passed on", () => {
  const relay = (text: string, more: object = {}) =>
    ({ kind: "relay", escalationId: "E-12", from: "Sam", text, attachments: [], ...more }) as const;

  it("goes under the customer's name, which nobody takes for a colleague's", () => {
    expect(render(relay("It is *broken*"), options)[0]).toMatchObject({ username: "Sam (customer)" });
    expect(shown(relay("It is *broken*"))).toEqual(["It is broken"]);
    const [{ username = "" } = {}] = render(relay("x", { from: "n".repeat(200) }), options);
    expect(username.length).toBeLessThanOrEqual(80);
    expect(username).toMatch(/… \(customer\)$/);
  });

  it("says when it was changed or taken back", () => {
    expect(shown(relay("New words", { change: "edited" }))).toEqual(["New words\n\n(edited)"]);
    expect(shown(relay("", { change: "deleted" }))).toEqual(["took back a message"]);
    expect(shown(relay("Old words", { change: "deleted" }))).toEqual(["Old words\n\n(taken back)"]);
  });

  it("names what did not come along", () => {
    const missing = [{ name: "big.iso", reason: "it is larger than 20 MB" }];
    expect(shown(relay("See"), { missing })).toEqual([
      "See\n\nNot passed on: big.iso (it is larger than 20 MB)",
    ]);
  });

  it("shows a picture of staff only from a secure address", () => {
    const by = { by: "staff", author: "Sam\n<!here>" } as const;
    expect(render(reply("Hi", { ...by, authorAvatar: "http://a.example/x.png" }), options)[0]).toEqual({
      text: "Hi",
      blocks: expect.anything(),
      username: "Sam <!here>",
    });
  });
});

describe("a notice", () => {
  it("pings only when it is a reminder and a group is configured", () => {
    const notice = { kind: "notice", text: "Unclaimed for 15 minutes" } as const;
    expect(found(notice)).toEqual([]);
    expect(found({ ...notice, ping: true })).toEqual([
      { kind: "usergroup", id: "SDESK", where: "rich_text" },
    ]);
    expect(shown({ ...notice, ping: true }, { ping: null })).toEqual(["Unclaimed for 15 minutes"]);
  });

  it("may offer the next step", () => {
    expect(shown({ kind: "notice", text: "A code is on its way.", offers: ["enter_code"] })).toEqual([
      "A code is on its way.\n[Enter the code]",
    ]);
  });
});
