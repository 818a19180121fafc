import type { ReplayCore } from "../core.ts";
import { readLocally } from "../../agent/signals/index.ts";
import type { Reading } from "../../agent/reading.ts";
import { conversationAt, eventFrom, said } from "../platform.ts";
import type { Asked } from "./asked.ts";
import { type Projection, startProjection } from "./projection.ts";

/** Conversations that are under way at once. */
const BATCH = 16;
/** From this confidence on the classifier is believed when it says that a message asks for something. */
const SURE = 0.45;

/** A question whose mark was left out. */
const OPENS_QUESTION =
  /^\W*(?:(?:hi|hey|hello|hallo|hola|bonjour|so|ok)\W+)?(?:how|what|where|when|why|which|who|can|could|do|does|did|is|are|will|would|should|any(?:one|body)|wie|was|wo|wann|warum|kann|gibt es|cómo|qué|dónde|cuándo|puedo|comment|où|quand|pourquoi|est-ce)\s/i;

/** Whether a message asks for something, so that chatter in a channel is not counted as questions. */
export function asksSomething(text: string): boolean {
  if (/[?？؟]/.test(text) || OPENS_QUESTION.test(text)) return true;
  const reading: Reading = readLocally(text);
  if (reading.wantsHuman || reading.frustrated || reading.policy.some(({ requested }) => requested))
    return true;
  const isTalk = ["small_talk", "feedback", "other"].includes(reading.intent);
  return !isTalk && reading.confidence >= SURE;
}

/**
 * Plays each question as a new conversation in a public channel. `priced` says what a question would cost where the model
 * that is asked costs nothing.
 */
export async function shadow(
  questions: AsyncIterable<Asked> | Iterable<Asked>,
  core: ReplayCore,
  options: {
    readonly priced: ((asked: Asked, tier: 1 | 2 | null, escalated: boolean) => Promise<number>) | null;
    readonly limit: number;
    /** Told of each message that asks for nothing. */
    readonly onTalk?: () => void;
    readonly onProgress?: (done: number) => void;
  },
): Promise<Projection> {
  const projection = startProjection();
  let batch: Asked[] = [];
  let [taken, done] = [0, 0];

  const finish = async (): Promise<void> => {
    for (const asked of batch) {
      const place = { address: conversationAt(asked.id), visibility: "public", sentAt: core.now() } as const;
      const sender = { id: asked.authorId, name: asked.author, role: "customer" } as const;
      const body = said(asked.id, asked.text, { visibility: "public", opens: true });
      await core.platform.bring(eventFrom(asked.id, sender, place, body));
    }
    await core.app.drained();
    core.platform.take();
    const turns = new Map(core.takeTurns().flatMap((turn) => turn.eventIds.map((id) => [id, turn] as const)));
    for (const asked of batch) {
      const turn = turns.get(asked.id);
      if (!turn) continue;
      const { tier, costMicros } = turn.record;
      const cost = options.priced ? await options.priced(asked, tier, turn.escalated !== null) : costMicros;
      projection.add(asked, turn, cost);
      done += 1;
    }
    options.onProgress?.(done);
    batch = [];
  };

  for await (const asked of questions) {
    if (taken >= options.limit) break;
    if (!asksSomething(asked.text)) {
      options.onTalk?.();
      continue;
    }
    taken += 1;
    batch.push(asked);
    if (batch.length >= BATCH) await finish();
  }
  if (batch.length > 0) await finish();
  return projection.end(
    core.app.model.description.split(" (")[0] ?? "",
    options.priced ? "estimated" : "booked",
  );
}
