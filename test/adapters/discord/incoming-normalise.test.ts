import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readMessage, readReaction, readRemoval } from "../../../adapters/discord/gateway-payloads.ts";
import {
  isFromPerson,
  normaliseChosen,
  normaliseEdit,
  normaliseMessage,
  normaliseRemoval,
  type Scene,
} from "../../../adapters/discord/normalise.ts";
import { type ChannelFacts, spotOf, timeOfId } from "../../../adapters/discord/spots.ts";
import { toWords } from "../../../adapters/discord/words.ts";
import type { InboundEvent, Person } from "../../../src/domain.ts";
import { shopConfig } from "../../servers/shop.ts";
import { payloadFile } from "./payload-file.ts";

const GUILD = "1100000000000000001";
const CHANNEL = "1100000000000000010";
const BOT = "1100000000000000099";
const customer: Person = { id: "1100000000000000201", name: "User One", role: "customer" };
const staff: Person = { ...customer, role: "staff" };

const inChannel = {
  kind: "channel",
  guild: GUILD,
  channel: CHANNEL,
  mode: "every_post",
  threads: true,
  isDesk: false,
} as const;

const scene: Scene = {
  spot: inChannel,
  sender: customer,
  self: { user: BOT, role: "1100000000000000098" },
  names: {
    user: () => undefined,
    role: (id) => (id === "1100000000000000055" ? "shipping" : undefined),
    channel: (id) => (id === CHANNEL ? "support" : undefined),
  },
};

function message(name: string, more: Partial<Scene> = {}, fields = {}): InboundEvent | null {
  const read = readMessage(payloadFile(name, fields));
  if (!read) throw new Error(`${name} is no message`);
  return normaliseMessage(read, { ...scene, ...more });
}

function textOf(event: InboundEvent | null): string | undefined {
  return event?.body.kind === "message" ? event.body.text : undefined;
}

describe("a message", () => {
  it("is an event with names for ids, words for times, and without our own mention", () => {
    expect(message("message-create")).toEqual({
      eventId: "1440000000000000001",
      address: { adapter: "discord", key: `${GUILD}/${CHANNEL}/1440000000000000001` },
      visibility: "public",
      link: `https://discord.com/channels/${GUILD}/1440000000000000001`,
      sender: customer,
      sentAt: Date.parse("2026-11-20T10:00:00.123Z"),
      body: {
        kind: "message",
        messageId: "1440000000000000001",
        text: "my parcel :lost: should be here since 2025-11-20 00:53 UTC, says @User Two from @shipping in #support. See /verify or https://shop.example/orders",
        mode: "every_post",
        opens: true,
        addressed: true,
        attachments: [],
      },
    });
  });

  it("is nothing when the intent hides its content, unless it is meant for us", () => {
    expect(message("message-create-without-content")).toBeNull();
    const mentions = [{ id: BOT, username: "deskhand" }];
    expect(message("message-create-without-content", {}, { mentions })?.body).toMatchObject({
      addressed: true,
    });
  });

  it("says in words what is no text", () => {
    expect(textOf(message("message-create-sticker"))).toBe("[sticker: Sad parcel]");
    expect(textOf(message("message-create-forward"))).toBe("[forwarded] It says error 502");
    expect(textOf(message("message-create-poll"))).toBe("[poll: Which size? (M / L)]");
    const embeds = [{ title: "A cat", url: "https://example.com/cat" }];
    expect(textOf(message("message-create-without-content", {}, { embeds }))).toBe("[embed: A cat]");
  });

  it("brings its files, also a voice message's and a forwarded one's", () => {
    const voice = { name: "voice-message.ogg", mimeType: "audio/ogg", bytes: 4096, adapter: "discord" };
    expect(message("message-create-voice")?.body).toMatchObject({
      attachments: [{ ...voice, ref: `${CHANNEL}/1440000000000000005/1100000000000000601` }],
    });
    expect(message("message-create-forward")?.body).toMatchObject({ attachments: [{ name: "error.png" }] });
  });

  it("goes on with the question that its author answers, and leaves members to each other", () => {
    const own = message("message-create-reply-own");
    expect(own?.address.key).toBe(`${GUILD}/${CHANNEL}/1440000000000000000`);
    expect(own?.body).toMatchObject({ opens: false });
    expect(message("message-create-reply-other")).toBeNull();
  });

  it("of staff belongs to the question that it answers", () => {
    const answer = message("message-create-reply-other", { sender: staff });
    expect(answer?.address.key).toBe(`${GUILD}/${CHANNEL}/1440000000000000000`);
  });

  it("that answers us, or staff through us, is meant for us", () => {
    expect(message("message-create-reply-us")?.body).toMatchObject({ addressed: true });
    expect(message("message-create-reply-staff-through-us")?.body).toMatchObject({ addressed: true });
  });

  it("that mentions our role is meant for us", () => {
    const fields = {
      content: "<@&1100000000000000098> hello",
      mentions: [],
      mention_roles: ["1100000000000000098"],
    };
    expect(message("message-create", {}, fields)?.body).toMatchObject({ addressed: true, text: "hello" });
  });

  it.each(["message-create-webhook", "message-create-bot", "message-create-thread-created"])(
    "is nothing when no person wrote it: %s",
    (name) => {
      const read = readMessage(payloadFile(name));
      expect(read && isFromPerson(read)).toBe(false);
      expect(message(name)).toBeNull();
    },
  );

  it("is private in a direct message and in a private thread", () => {
    const dm = message("message-create-dm", { spot: { kind: "dm", channel: "1100000000000000030" } });
    expect(dm).toMatchObject({ address: { key: "dm/1100000000000000030" }, visibility: "private" });
    expect(dm?.link).toBe("https://discord.com/channels/@me/1100000000000000030");
    const thread = threadSpot({ type: 12 });
    expect(message("message-create", { spot: thread })?.visibility).toBe("private");
  });

  it("is heard at the desk only from staff", () => {
    const spot = { ...inChannel, isDesk: true };
    expect(message("message-create", { spot })).toBeNull();
    expect(message("message-create", { spot, sender: staff })).not.toBeNull();
    const removal = normaliseRemoval("1", "1", { spot, sender: customer }, 0);
    expect(removal).toBeNull();
  });

  it("opens a thread that hangs on no message only as its first word", () => {
    const spot = threadSpot({ createdAt: timeOfId("1440000000000000050") });
    expect(message("message-create", { spot }, { position: 0 })?.body).toMatchObject({ opens: true });
    expect(message("message-create", { spot }, { position: 3 })?.body).toMatchObject({ opens: false });
    const hanging = threadSpot({ createdAt: timeOfId("1440000000000000050") + 5_000 });
    expect(message("message-create", { spot: hanging }, { position: 0 })?.body).toMatchObject({
      opens: false,
    });
  });

  it("has one conversation in a voice channel, which cannot have threads", () => {
    const spot = spotOf({ ...facts, id: CHANNEL, type: 2 }, shopConfig());
    if (!spot) throw new Error("no spot");
    expect(message("message-create", { spot })).toMatchObject({
      address: { key: `${GUILD}/${CHANNEL}` },
      body: { opens: true, addressed: true },
    });
  });
});

describe("an edit", () => {
  const edit = (name: string, fields = {}) => {
    const read = readMessage(payloadFile(name, fields));
    return read && normaliseEdit(read, scene);
  };

  it("is one when Discord says when", () => {
    expect(edit("message-update-edit")).toMatchObject({
      eventId: `1440000000000000001:edit:${Date.parse("2026-11-20T10:05:00.500Z")}`,
      address: { key: `${GUILD}/${CHANNEL}/1440000000000000001` },
      body: { kind: "edit", messageId: "1440000000000000001", text: "my parcel is green" },
    });
  });

  it("is none when only a link's preview came", () => {
    expect(edit("message-update-embed")).toBeNull();
  });

  it("is the same event when the preview of an edited message comes", () => {
    const fields = { embeds: [{ title: "Your orders" }] };
    expect(edit("message-update-edit", fields)).toEqual(edit("message-update-edit"));
  });
});

describe("what happens besides", () => {
  it("names what was deleted, one or many", () => {
    const one = { channel: CHANNEL, guild: GUILD, ids: ["1440000000000000001"] };
    expect(readRemoval(payloadFile("message-delete"))).toEqual(one);
    const many = { ...one, ids: ["1440000000000000001", "1440000000000000002"] };
    expect(readRemoval(payloadFile("message-delete-bulk"))).toEqual(many);
  });

  it("reads who put which reaction on whose words", () => {
    const reaction = readReaction(payloadFile("message-reaction-add"));
    expect(reaction).toMatchObject({
      user_id: customer.id,
      message_author_id: customer.id,
      emoji: { name: "📝" },
    });
  });

  it("gives a message that was chosen an event of its own, and one only", () => {
    const read = readMessage(payloadFile("message-create"));
    const chosen = read && normaliseChosen(read, scene, "escalate");
    expect(chosen).toMatchObject({
      eventId: "1440000000000000001:escalate",
      body: { messageId: "1440000000000000001", addressed: true, callsPerson: true },
    });
  });
});

describe("where we have business", () => {
  const settings = {
    desk: { adapter: "discord", channel: "1100000000000000077" },
    discord: {
      channels: [
        { id: CHANNEL, mode: "every_post" },
        { id: "1100000000000000011", mode: "off" },
      ],
      other_channels: "off",
    },
  };
  const config = shopConfig(settings);

  it("is in the channels that are on, their threads, and at the desk", () => {
    expect(spotOf({ ...facts, id: CHANNEL }, config)).toMatchObject({ mode: "every_post", isDesk: false });
    expect(spotOf({ ...facts, id: "1100000000000000011" }, config)).toBeNull();
    expect(spotOf({ ...facts, id: "1100000000000000012" }, config)).toBeNull();
    expect(spotOf({ ...facts, id: "1100000000000000077" }, config)).toMatchObject({ isDesk: true });
    const thread = { ...facts, id: "1440000000000000050", type: 11 };
    expect(spotOf({ ...thread, parentId: CHANNEL, parentType: 0 }, config)).toMatchObject({ kind: "thread" });
    expect(spotOf({ ...thread, parentId: "1100000000000000012", parentType: 0 }, config)).toBeNull();
  });

  it("is not in direct messages when they are off", () => {
    const off = shopConfig({ discord: { direct_messages: false } });
    expect(spotOf({ ...facts, type: 1, guildId: null }, off)).toBeNull();
  });

  it("is called forum in a forum that is on, and mention in one that waits for a mention", () => {
    const post = {
      ...facts,
      id: "1440000000000000050",
      type: 11,
      parentId: CHANNEL,
      parentType: 15,
      name: "Title",
    };
    expect(spotOf(post, config)).toMatchObject({ mode: "forum", post: "Title", openedBy: null });
    expect(spotOf(post, shopConfig())).toMatchObject({ mode: "mention" });
  });
});

describe("whatever Discord sends", () => {
  const fields = fc.record(
    {
      id: fc.oneof(fc.string(), fc.bigInt({ min: 0n, max: 2n ** 64n }).map(String)),
      channel_id: fc.string(),
      guild_id: fc.option(fc.string()),
      type: fc.constantFrom(0, 19, 7, 21, -1),
      author: fc.record({ id: fc.string(), username: fc.string() }),
      content: fc.oneof(
        fc.string(),
        fc.constantFrom("<t:99999999999999999>", "<@1><@&2><#3><a:b:4>", "<t:-1:R>"),
      ),
      timestamp: fc.oneof(fc.string(), fc.constant("2026-11-20T10:00:00.123000+00:00")),
      edited_timestamp: fc.option(fc.oneof(fc.string(), fc.constant("2026-11-20T10:00:00.123000+00:00"))),
      mentions: fc.anything(),
      mention_roles: fc.anything(),
      attachments: fc.anything(),
      embeds: fc.anything(),
      sticker_items: fc.anything(),
      message_snapshots: fc.anything(),
      poll: fc.anything(),
      referenced_message: fc.anything(),
      position: fc.anything(),
    },
    { requiredKeys: ["id", "channel_id", "type", "author"] },
  );

  it("never makes the normaliser throw, and a message with its four needs is always read", () => {
    fc.assert(
      fc.property(fields, (payload) => {
        const read = readMessage(payload);
        expect(read).not.toBeNull();
        if (!read) return;
        for (const spot of [inChannel, threadSpot({}), { kind: "dm", channel: "1" } as const]) {
          normaliseMessage(read, { ...scene, spot });
          normaliseEdit(read, { ...scene, spot });
        }
      }),
    );
  });

  it("is refused without a throw when it is no message at all", () => {
    fc.assert(
      fc.property(fc.anything(), (payload) => {
        expect([readMessage(payload), readRemoval(payload), readReaction(payload)]).toEqual([
          null,
          null,
          null,
        ]);
      }),
    );
  });

  it("leaves no mention of ours and no mark-up of a mention in the words", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(`<@${BOT}>`, `<@!${BOT}>`, "<@1234>", "<@&1234>", "<#1234>", "<:cat:1234>"),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const plain = pieces.map((one) => (one.startsWith("<") ? one : one.replaceAll(/[<>]/g, "")));
        const words = toWords(plain.join(" "), scene.self, scene.names);
        expect(words).not.toMatch(/<(@[!&]?|#|a?:\w+:)\d+>/);
        expect(words).not.toContain(BOT);
      }),
    );
  });
});

const facts: ChannelFacts = {
  id: CHANNEL,
  type: 0,
  guildId: GUILD,
  name: "support",
  parentId: null,
  parentType: null,
  threadOwnerId: null,
  createdAt: null,
};

function threadSpot(more: Partial<ChannelFacts>): NonNullable<ReturnType<typeof spotOf>> {
  const thread = {
    ...facts,
    id: "1440000000000000050",
    type: 11,
    parentId: CHANNEL,
    parentType: 0,
    threadOwnerId: customer.id,
    ...more,
  };
  const spot = spotOf(thread, shopConfig());
  if (!spot) throw new Error("a thread that is none of ours");
  return spot;
}
