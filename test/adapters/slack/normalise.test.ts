import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { namesIn, normaliseMessage } from "../../../adapters/slack/normalise.ts";
import { normaliseReaction, reactionOf } from "../../../adapters/slack/note.ts";
import { readFileRef } from "../../../adapters/slack/file-ref.ts";
import { plainText } from "../../../adapters/slack/text.ts";
import { acme, payload } from "./payloads.ts";

const read = (name: string, where = acme()) => normaliseMessage(payload(name), where);

describe("a message in Slack", () => {
  it("opens a thread of its own in a channel", () => {
    expect(read("message")).toEqual({
      eventId: "m:T1:CHELP:1700000000.000100",
      address: { adapter: "slack", key: "T1/CHELP/1700000000.000100" },
      visibility: "public",
      link: "https://acme.slack.com/archives/CHELP/p1700000000000100",
      author: { user: "UANN", isStranger: false },
      atDesk: false,
      sentAt: 1_700_000_000_000,
      body: {
        kind: "message",
        messageId: "1700000000.000100",
        text: "Where is my order?",
        mode: "mention",
        opens: true,
        addressed: false,
        attachments: [],
      },
    });
  });

  it("continues its thread, and links to the root of it", () => {
    expect(read("thread-reply")).toMatchObject({
      address: { key: "T1/CHELP/1700000000.000100" },
      link: "https://acme.slack.com/archives/CHELP/p1700000000000100",
      body: { opens: false, messageId: "1700000050.000200", text: "It is the blue one." },
    });
  });

  it("is one event when it mentions us, by whichever of Slack's two events it comes", () => {
    const asMessage = read("mention-message");
    expect(asMessage).toMatchObject({ body: { addressed: true, text: "where is my order?" } });
    expect(read("mention-app-mention")).toEqual(asMessage);
  });

  it("is private and one long conversation in a direct message", () => {
    const direct = read("direct-message");
    expect(direct).toMatchObject({
      address: { key: "T1/DANN" },
      visibility: "private",
      body: { mode: "dm", addressed: true, opens: true },
    });
    expect(direct).not.toHaveProperty("link");
  });

  it("is a conversation of its own in the assistant's pane", () => {
    expect(read("assistant-message")).toMatchObject({
      address: { key: "T1/DANN/1700000055.000100" },
      visibility: "private",
      body: { mode: "dm", addressed: true, opens: false },
    });
  });

  it("is public in a group direct message: others read along", () => {
    expect(read("group-direct-message")).toMatchObject({ visibility: "public", body: { mode: "mention" } });
  });

  it("reads as a person reads it", () => {
    const where = acme({ names: { USAM: "Sam" } });
    expect(read("entities", where)?.body).toMatchObject({
      text:
        "ask @Sam or @desk in #help, @here & see our page (https://example.com/a?b=1&c=2) <not a tag> " +
        "ann@example.com example.com Nov 14 &lt;",
    });
    expect(namesIn(payload("entities"))).toEqual(["UBOT", "USAM"]);
  });

  it("is taken from the rich text where Slack left the text empty", () => {
    expect(read("rich-text-only")?.body).toMatchObject({
      text: "two things & a page (https://example.com) :wave:\n- the invoice\n- the seats\nERR <42>",
      addressed: true,
    });
  });

  it("stays in its thread when it is also sent to the channel", () => {
    expect(read("thread-broadcast")).toMatchObject({
      eventId: "m:T1:CHELP:1700000052.000200",
      address: { key: "T1/CHELP/1700000000.000100" },
      body: { opens: false, text: "Still nobody?" },
    });
  });

  it("may be a file alone; files that are gone are left out, those behind a shared channel are named by id", () => {
    const event = read("file-share");
    expect(event?.body).toMatchObject({
      text: "",
      attachments: [
        { name: "invoice.pdf", mimeType: "application/pdf", bytes: 2048, adapter: "slack" },
        { name: "F3", mimeType: "application/octet-stream", bytes: 0 },
      ],
    });
    const refs =
      event?.body.kind === "message" ? event.body.attachments.map(({ ref }) => readFileRef(ref)) : [];
    expect(refs).toEqual([
      { team: "T1", id: "F1", url: "https://files.slack.com/files-pri/T1-F1/download/invoice.pdf" },
      { team: "T1", id: "F3", url: "" },
    ]);
  });

  it("may be written with /me", () => {
    expect(read("me-message")?.body).toMatchObject({ text: "waits for the refund" });
  });

  it("is a stranger's when it comes from another workspace", () => {
    expect(read("shared-channel-stranger")?.author).toEqual({ user: "USTRANGER", isStranger: true });
  });

  it.each([
    "other-bot",
    "other-bot-as-user",
    "own-message",
    "own-update",
    "assistant-root",
    "channel-join",
    "channel-topic",
  ])("is not heard when no person said it: %s", (name) => {
    expect(read(name)).toBeNull();
  });
});

describe("an edit in Slack", () => {
  it("is one when somebody changed the words", () => {
    expect(read("edited")).toMatchObject({
      eventId: "e:T1:CHELP:1700000000.000100:1700000069.000000",
      address: { key: "T1/CHELP/1700000000.000100" },
      sentAt: 1_700_000_069_000,
      body: { kind: "edit", messageId: "1700000000.000100", text: "Where is my order A-17?" },
    });
  });

  it.each(["unfurled", "unfurled-after-edit"])("is none when a link's preview arrived: %s", (name) => {
    expect(read(name)).toBeNull();
  });
});

describe("a deletion in Slack", () => {
  it("names the message and its thread", () => {
    expect(read("deleted")).toMatchObject({
      eventId: "d:T1:CHELP:1700000050.000200",
      address: { key: "T1/CHELP/1700000000.000100" },
      author: { user: "UANN" },
      body: { kind: "delete", messageId: "1700000050.000200" },
    });
  });

  it("is one when Slack leaves a tombstone because others had answered", () => {
    expect(read("root-deleted")).toMatchObject({
      eventId: "d:T1:CHELP:1700000000.000100",
      author: { user: "UANN" },
      body: { kind: "delete", messageId: "1700000000.000100" },
    });
  });
});

describe("the operator's settings", () => {
  it("switch channels and direct messages off", () => {
    const off = acme({ slack: { channels: [{ id: "CHELP", mode: "off" }], direct_messages: false } });
    expect(read("message", off)).toBeNull();
    expect(read("edited", off)).toBeNull();
    expect(read("deleted", off)).toBeNull();
    expect(read("direct-message", off)).toBeNull();
  });

  it("give a channel its mode, a workspace's own before the common one", () => {
    const common = acme({
      slack: { channels: [{ id: "CHELP", mode: "every_post" }], other_channels: "off" },
    });
    expect(read("message", common)?.body).toMatchObject({ mode: "every_post" });
    expect(read("group-direct-message", common)).toBeNull();
    const workspaces = { T1: { channels: [{ id: "CHELP", mode: "mention" }] } };
    const own = acme({ slack: { channels: [{ id: "CHELP", mode: "every_post" }], workspaces } });
    expect(read("message", own)?.body).toMatchObject({ mode: "mention" });
  });
});

describe("a note in the staff channel", () => {
  it("is the author's own 📝", () => {
    const where = acme();
    const marked = reactionOf(payload("desk-note-reaction"), where);
    expect(marked && normaliseReaction(marked, "1700000000.000100", where)).toMatchObject({
      eventId: "n:T1:CDESK:1700000090.000600:USAM",
      address: { key: "T1/CDESK/1700000000.000100" },
      body: { kind: "note", messageId: "1700000090.000600" },
      atDesk: true,
    });
  });

  it.each([
    ["somebody else's", { item_user: "UANN" }],
    ["another reaction", { reaction: "tada" }],
    ["another channel", { item: { type: "message", channel: "CHELP", ts: "1700000090.000600" } }],
  ])("is not %s", (_why, change) => {
    const body = payload("desk-note-reaction") as { event: object };
    expect(reactionOf({ ...body, event: { ...body.event, ...change } }, acme())).toBeNull();
  });
});

describe("whatever arrives", () => {
  const anything = fc.object({ maxDepth: 4, withNullPrototype: true });
  const scraps = fc.record(
    {
      type: fc.constantFrom("message", "app_mention", "x", null),
      subtype: fc.constantFrom(
        null,
        "message_changed",
        "message_deleted",
        "file_share",
        "tombstone",
        "bot_message",
      ),
      channel: fc.oneof(fc.constantFrom("CHELP", "DANN", ""), fc.integer(), anything),
      user: fc.oneof(fc.constantFrom("UANN", "UBOT"), fc.constant(null), anything),
      ts: fc.oneof(fc.constant("1700000000.000100"), fc.string(), fc.integer()),
      thread_ts: fc.oneof(fc.string(), fc.constant(null)),
      text: fc.oneof(
        fc
          .array(fc.constantFrom("<", ">", "|", "@", "!", "#", "&amp;", "UBOT", "https://x", "\u0000"))
          .map((all) => all.join("")),
        fc.string({ unit: "binary" }),
        fc.constant(null),
      ),
      blocks: fc.oneof(
        fc.array(anything),
        fc.constant([{ type: "rich_text", elements: [null, 1, { type: "x" }] }]),
      ),
      files: fc.array(anything),
      edited: fc.oneof(anything, fc.constant({ ts: "1.2" })),
    },
    { requiredKeys: [] },
  );
  const event = fc
    .tuple(scraps, scraps, scraps)
    .map(([whole, message, previous]) => ({ ...whole, message, previous_message: previous }));

  it("never makes it throw", { timeout: 60_000 }, () => {
    const body = fc.oneof(anything, fc.anything(), fc.record({ event }));
    expect(() =>
      fc.assert(
        fc.property(body, (given) => {
          normaliseMessage(given, acme());
          namesIn(given);
          reactionOf(given, acme());
        }),
        { numRuns: 1_000 },
      ),
    ).not.toThrow();
  });

  it("never leaves a mark of our own making in the words", { timeout: 60_000 }, () => {
    const parts = fc.constantFrom(
      "<@UBOT>",
      "<@UANN>",
      "<",
      ">",
      "|",
      "!",
      "#",
      "&amp;",
      "\u0000",
      " ",
      "a",
      "\n",
    );
    const found = new Set<string>();
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1 }), (all) => {
        const text = plainText({ text: all.join("") }, acme());
        if (text.includes("\u0000")) found.add(all.join(""));
      }),
      { numRuns: 2_000 },
    );
    expect([...found]).toEqual([]);
  });
});
