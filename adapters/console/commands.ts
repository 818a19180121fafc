/** What somebody typed at the screen's prompt, understood. Pure. */

export type Role = "customer" | "staff";

export type Command =
  | { readonly kind: "nothing" }
  | { readonly kind: "say"; readonly as: Role; readonly text: string; readonly escalation?: string }
  | {
      readonly kind: "act";
      readonly action: "claim" | "resolve" | "hand_back";
      readonly escalation?: string;
      readonly note?: string;
    }
  | { readonly kind: "rate"; readonly score: number }
  | { readonly kind: "verify"; readonly email: string }
  /** A new conversation; without `channel` in the same kind of channel. */
  | { readonly kind: "new"; readonly channel?: "public" | "private" }
  | { readonly kind: "role"; readonly role: Role }
  | { readonly kind: "try"; readonly question: number }
  | { readonly kind: "show"; readonly what: "help" | "tickets" | "desk" }
  | { readonly kind: "details" }
  | { readonly kind: "quit" }
  /** `hint` is a sentence for whoever typed it. */
  | { readonly kind: "wrong"; readonly hint: string };

/** The commands with what they take and do, in the order of /help. */
export const COMMANDS: readonly (readonly [usage: string, does: string])[] = [
  ["/as staff", "write as staff from now on (/as customer: back); Tab on an empty line does the same"],
  ["/staff TEXT", "one message to the customer from staff"],
  ["/note TEXT", "a note for staff only; the customer never sees it"],
  ["/claim [ID]", "take the newest open escalation, or the one named"],
  ["/resolve [ID] [NOTE]", "close it; the customer is asked how it went"],
  ["/back [ID]", "hand the conversation back to the agent"],
  ["/rate 1-5", "as the customer, say how it went"],
  ["/verify E-MAIL", "prove an e-mail as the customer's, so that orders can be looked up"],
  ["/public", "a new conversation in a public channel (/private: in private)"],
  ["/new", "a new conversation"],
  ["/try 1-3", "ask one of the questions shown at the start"],
  ["/desk", "what waits at the desk"],
  ["/tickets", "the tickets seen so far"],
  ["/details", "show or hide how each turn went"],
  ["/help", "this list"],
  ["/quit", "leave (also Ctrl-D)"],
];

/**
 * @param role as whom plain text is said.
 * @param isEscalation tells an escalation's id from the first word of a text.
 */
export function readCommand(typed: string, role: Role, isEscalation: (word: string) => boolean): Command {
  const text = typed.trim();
  if (text === "") return { kind: "nothing" };
  // "//" is a note in the desk's own way of writing, not a command.
  if (!text.startsWith("/") || text.startsWith("//")) return { kind: "say", as: role, text };
  const [, name = "", rest = ""] = /^\/(\S*)\s*(.*)$/s.exec(text) ?? [];
  switch (name.toLowerCase()) {
    case "staff":
      return say(rest, "", isEscalation);
    case "note":
      return say(rest, "// ", isEscalation);
    case "claim":
      return act("claim", rest, isEscalation);
    case "resolve":
      return act("resolve", rest, isEscalation);
    case "back":
      return act("hand_back", rest, isEscalation);
    case "rate":
      return /^[1-5]$/.test(rest) ? { kind: "rate", score: Number(rest) } : wrong("/rate 1 to /rate 5");
    case "verify":
      return /^\S+@\S+$/.test(rest) ? { kind: "verify", email: rest } : wrong("/verify name@example.com");
    case "public":
    case "private":
      return { kind: "new", channel: name.toLowerCase() === "public" ? "public" : "private" };
    case "new":
      return { kind: "new" };
    case "as":
      return rest === "staff" || rest === "customer"
        ? { kind: "role", role: rest }
        : wrong("/as staff or /as customer");
    case "try":
      return /^[1-9]$/.test(rest) ? { kind: "try", question: Number(rest) } : wrong("/try 1");
    case "help":
    case "tickets":
    case "desk":
      return { kind: "show", what: name.toLowerCase() as "help" | "tickets" | "desk" };
    case "details":
      return { kind: "details" };
    case "quit":
    case "exit":
      return { kind: "quit" };
    default:
      return { kind: "wrong", hint: `There is no /${name}; /help lists what there is.` };
  }
}

/** The names that begin with what was typed so far, for Tab. */
export function completions(typed: string): string[] {
  if (!typed.startsWith("/")) return [];
  const names = COMMANDS.map(([usage]) => usage.split(" ")[0] ?? usage);
  return [...new Set([...names, "/private"])].filter((name) => name.startsWith(typed));
}

function say(rest: string, mark: string, isEscalation: (word: string) => boolean): Command {
  const { escalation, text } = splitId(rest, isEscalation);
  if (text === "") return wrong(mark === "" ? "/staff Hello, this is Sam" : "/note called the bank");
  return { kind: "say", as: "staff", text: mark + text, ...(escalation && { escalation }) };
}

function act(
  action: "claim" | "resolve" | "hand_back",
  rest: string,
  isEscalation: (word: string) => boolean,
): Command {
  // Only /resolve takes words of its own, so elsewhere the word is an id also when this run has not seen it.
  const known = action === "resolve" ? isEscalation : (word: string): boolean => word !== "";
  const { escalation, text } = splitId(rest, known);
  return { kind: "act", action, ...(escalation && { escalation }), ...(text && { note: text }) };
}

function splitId(
  rest: string,
  isEscalation: (word: string) => boolean,
): { escalation?: string; text: string } {
  const [, word = "", text = ""] = /^(\S*)\s*(.*)$/s.exec(rest) ?? [];
  return isEscalation(word) ? { escalation: word, text } : { text: rest };
}

function wrong(hint: string): Command {
  return { kind: "wrong", hint: `Like this: ${hint}` };
}
