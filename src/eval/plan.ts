import type { Burst } from "../agent/burst.ts";
import { readLocallyWhole } from "../agent/read.ts";
import { firstTier } from "../agent/route.ts";
import type { Config } from "../config/schema.ts";
import type { Knowledge } from "../knowledge/knowledge.ts";
import type { TurnPlan } from "./estimate.ts";

/** What is in front of a model after code's own search. */
const PASSAGES = 3;

/** What code can tell of a message beforehand, without a model: enough to price it. */
export async function planFor(question: string, config: Config, knowledge: Knowledge): Promise<TurnPlan> {
  const reading = readLocallyWhole(burstOf(question), { topics: config.policy.topics });
  const talk = reading.intent === "small_talk";
  const found = talk ? null : await knowledge.search(question, { limit: PASSAGES, audience: "customer" });
  const escalated = reading.wantsHuman;
  return {
    question,
    passages: found?.answerable ? found.passages.map(({ text }) => text) : [],
    tier: escalated ? null : firstTier(reading),
    escalated,
    askedToRead: reading.confidence < config.reading.ask_model_below,
  };
}

function burstOf(text: string): Burst {
  return {
    sender: { id: "customer", name: "Alex", role: "customer" },
    messages: [{ messageId: "m", text, attachments: [], sentAt: 0 }],
    edits: [],
    mode: "dm",
    opens: true,
    addressed: false,
    callsPerson: false,
  };
}
