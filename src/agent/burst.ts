import type { Attachment, ChannelMode, Person } from "../domain.ts";
import type { Work } from "../store/store.ts";

export interface BurstMessage {
  readonly messageId: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly sentAt: number;
}

/** What a customer did since the last turn, edits and deletions already carried out. */
export interface Burst {
  readonly sender: Person;
  readonly messages: readonly BurstMessage[];
  /** Changes to messages of earlier turns; `text` is null for a deletion. */
  readonly edits: readonly { readonly messageId: string; readonly text: string | null }[];
  readonly mode: ChannelMode;
  readonly opens: boolean;
  readonly addressed: boolean;
  /** True when somebody chose "Escalate" for one of the messages. */
  readonly callsPerson: boolean;
}

/** Folds the events of one turn into what they amount to. A message that was deleted again leaves no trace. */
export function foldBurst(work: Work): Burst {
  const messages = new Map<string, BurstMessage>();
  const edits = new Map<string, string | null>();
  let mode: ChannelMode = "dm";
  let opens = false;
  let addressed = false;
  let callsPerson = false;
  for (const { event } of work.events) {
    const { body } = event;
    if (body.kind === "message") {
      mode = body.mode;
      opens ||= body.opens;
      addressed ||= body.addressed;
      callsPerson ||= body.callsPerson ?? false;
      const { messageId, text, attachments } = body;
      messages.set(messageId, { messageId, text, attachments, sentAt: event.sentAt });
    } else if (body.kind === "edit") {
      const known = messages.get(body.messageId);
      if (known) messages.set(body.messageId, { ...known, text: body.text });
      else edits.set(body.messageId, body.text);
    } else if (body.kind === "delete") {
      if (!messages.delete(body.messageId)) edits.set(body.messageId, null);
    }
  }
  return {
    sender: work.events[0].event.sender,
    messages: [...messages.values()],
    edits: Array.from(edits, ([messageId, text]) => ({ messageId, text })),
    mode,
    opens,
    addressed,
    callsPerson,
  };
}

/** The burst as one text, files named. */
export function questionOf(burst: Burst): string {
  return burst.messages
    .map(({ text, attachments }) => [text, ...attachments.map((file) => `[file: ${file.name}]`)].join("\n"))
    .join("\n")
    .trim();
}
