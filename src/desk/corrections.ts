import type { InboundBody, Person } from "../domain.ts";
import type { Changes } from "../store/store.ts";
import { linesOf, partsOf, relayFromStaff, relayId } from "./relay.ts";
import type { DeskDeps, Scene } from "./scene.ts";

type CorrectionBody = Extract<InboundBody, { kind: "edit" | "delete" | "note" }>;

/** Staff edit, take back or keep to themselves their own words: so does the transcript, and what was sent. */
export async function correct(
  body: CorrectionBody,
  sender: Person,
  scene: Scene,
  nextId: () => string,
  { store }: DeskDeps,
): Promise<Changes | null> {
  const { conversation, direct } = scene;
  const { messageId } = body;
  const noteId = `${messageId}:note`;
  const transcript = await store.transcriptOf(conversation.id);
  const said = transcript.find(
    (one) => (one.messageId === messageId || one.messageId === noteId) && one.authorId === sender.id,
  );
  // A note, or what was refused, was never sent; what is no word of theirs is not theirs to change.
  if (said?.role !== "staff" && said?.role !== "note") return null;
  const { role } = said;
  const parts = body.kind === "edit" ? partsOf(body.text) : { words: null, note: null };
  const note = body.kind === "note" ? said.text : parts.words === null ? parts.note : null;
  // What is a note already stays one as a whole.
  const written = body.kind === "edit" && role === "note" ? body.text : parts.words;
  // Words that become a note leave the customer's thread.
  const leaves = role === "staff" && note !== null;
  const text = leaves ? null : (note ?? written);
  const change = text === null ? "deleted" : "edited";
  const changes = relayId(conversation, messageId);
  const linesId = linesOf(messageId);
  const hadLines = transcript.some((one) => one.messageId === linesId);
  const lines = role === "staff" && !leaves ? parts.note : null;
  const { createdAt } = said;
  const aside = { role: "note" as const, authorId: sender.id, authorName: sender.name, createdAt };
  return {
    conversationId: conversation.id,
    edits: [
      { messageId: said.messageId, text, authorId: sender.id },
      ...(hadLines && body.kind !== "note" ? [{ messageId: linesId, text: lines, authorId: sender.id }] : []),
    ],
    messages: [
      // Its own id: the words themselves are taken back, and stay among staff.
      ...(leaves ? [{ ...aside, text: note, messageId: noteId }] : []),
      ...(lines !== null && !hadLines ? [{ ...aside, text: lines, messageId: linesId }] : []),
    ],
    deliveries:
      direct || role === "note"
        ? []
        : [relayFromStaff(nextId(), sender, { text: text ?? "", change, changes }, scene)],
  };
}
