import type { InboundBody, Person } from "../domain.ts";
import type { Changes } from "../store/store.ts";
import { noteIn, relayFromStaff, relayId } from "./relay.ts";
import type { DeskDeps, Scene } from "./scene.ts";

type CorrectionBody = Extract<InboundBody, { kind: "edit" | "delete" }>;

/** Staff edit or take back their own words: so does the transcript, and what was sent to the customer. */
export async function correct(
  body: CorrectionBody,
  sender: Person,
  scene: Scene,
  nextId: () => string,
  { store }: DeskDeps,
): Promise<Changes | null> {
  const { conversation, direct } = scene;
  const { messageId } = body;
  const transcript = await store.transcriptOf(conversation.id);
  const said = transcript.find((one) => one.messageId === messageId && one.authorId === sender.id);
  // A note, or what was refused, was never sent; what is no word of theirs is not theirs to change.
  if (said?.role !== "staff" && said?.role !== "note") return null;
  const written = body.kind === "edit" ? body.text : null;
  const note = written === null ? null : noteIn(written);
  const role = said.role;
  // Words that become a note leave the customer's thread.
  const text = role === "staff" && note !== null ? null : (note ?? written);
  const change = text === null ? "deleted" : "edited";
  const changes = relayId(conversation, messageId);
  return {
    conversationId: conversation.id,
    edits: [{ messageId, text, authorId: sender.id }],
    deliveries:
      direct || role === "note"
        ? []
        : [relayFromStaff(nextId(), sender, { text: text ?? "", change, changes }, scene)],
  };
}
