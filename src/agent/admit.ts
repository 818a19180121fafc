import type { Conversation, Message } from "../store/store.ts";
import type { Burst } from "./burst.ts";
import type { Reading } from "./reading.ts";

export type Admission =
  | { readonly kind: "admitted" }
  /** Recorded as context, but nobody asked us. */
  | { readonly kind: "ignored"; readonly why: string };

const ADMITTED: Admission = { kind: "admitted" };

/** How many of the last messages of a thread tell whom its owner is talking to. */
const LOOK_BACK = 1;

/**
 * Is this for us? In a DM always. In a channel by its mode; in a thread when it is the thread's owner who writes
 * and not to another member, or for a person; otherwise only when we are mentioned.
 */
export function admit(
  burst: Burst,
  conversation: Conversation,
  transcript: readonly Message[],
  reading: Reading,
): Admission {
  if (isEcho(burst, transcript))
    return ignored("it is our own last answer, word for word: two machines talking");
  if (burst.mode === "dm" || burst.addressed) return ADMITTED;
  if (burst.mode === "off") return ignored("the channel is off");
  if (burst.opens) {
    return burst.mode === "mention" ? ignored("the channel answers only when mentioned") : ADMITTED;
  }
  if (burst.sender.id !== conversation.ownerId) {
    return ignored("another member wrote in this thread; a mention asks us");
  }
  const before = transcript.slice(-LOOK_BACK);
  const calls = reading.wantsHuman || reading.frustrated || reading.policy.some((topic) => topic.requested);
  if (!calls && before.some((message) => message.role === "member")) {
    return ignored("the owner of the thread is talking to another member; a mention asks us");
  }
  return ADMITTED;
}

/** An account that sends back what we say would go on for ever. */
function isEcho({ messages }: Burst, transcript: readonly Message[]): boolean {
  const last = transcript.findLast(({ role }) => role === "ai");
  const said = bare(messages.map(({ text }) => text).join("\n"));
  return last !== undefined && said !== "" && said === bare(last.text);
}

/** Letters and digits alone: a platform may have changed the markup. */
function bare(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
}

function ignored(why: string): Admission {
  return { kind: "ignored", why };
}
