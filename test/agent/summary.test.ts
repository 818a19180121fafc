import { describe, expect, it } from "vitest";

import { writeSummary } from "../../src/agent/summary.ts";
import type { Meter } from "../../src/costs/meter.ts";
import type { Message } from "../../src/store/store.ts";

const said = (role: Message["role"], text: string, more: Partial<Message> = {}): Message => ({
  role,
  authorId: role,
  authorName: role,
  text,
  messageId: text,
  account: false,
  createdAt: 0,
  edited: false,
  recipientId: null,
  ...more,
});

/** A public thread: Ann was answered in private, then Bob wrote and is handed over. */
const TRANSCRIPT = [
  said("customer", "where is my order?", { authorId: "ann" }),
  said("ai", "It is parcel 1Z999.", { account: true, recipientId: "ann" }),
];

describe("a hand-over note", () => {
  const written = async (userId: string) => {
    let asked = "";
    const meter: Meter = {
      async call(request) {
        asked = JSON.stringify(request.messages);
        throw new Error("no model answers, so code writes the note");
      },
      spent: () => ({ calls: 0, costMicros: 0 }),
    };
    const note = await writeSummary(
      {
        transcript: TRANSCRIPT,
        question: "and mine?",
        rule: "somebody asked",
        userRef: "ref",
        userId,
        clean: (text) => text,
      },
      meter,
      new AbortController().signal,
    );
    return { asked, note };
  };

  it("of one member holds nothing of another's account, by a model or by code", async () => {
    const { asked, note } = await written("bob");
    expect(asked).not.toContain("1Z999");
    expect(note).not.toContain("1Z999");
    expect(asked).toContain("where is my order?");
  });

  it("of a customer holds what they were told themselves", async () => {
    const { asked, note } = await written("ann");
    expect(asked).toContain("1Z999");
    expect(note).toContain("1Z999");
  });
});
