import type { Model, ModelReply, ModelRequest, ToolResult } from "./model.ts";
import {
  type Asked,
  orderLines,
  orderNumber,
  questionOf,
  ticketNumber,
  toolResults,
} from "./offline-asked.ts";
import { quotesFor } from "./offline-quotes.ts";

/** What the offline model needs of the classifier; injected, so that models know nothing of the agent. */
export interface OfflineReading {
  readonly intent: string;
  readonly language: string;
  readonly policy: readonly { readonly kind: string; readonly requested: boolean }[];
}

export interface OfflineDeps {
  readonly agentName: string;
  readonly read: (text: string) => OfflineReading & Readonly<Record<string, unknown>>;
}

const NAME = "offline";
/** A quoted passage longer than this is a page, not an answer. */
const LONGEST_QUOTE = 900;

const NO_USAGE = {
  inputTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  cacheReadTokens: 0,
  outputTokens: 0,
} as const;

/**
 * The model for when no model can be reached, and for the first run without a key. It plays by the same port: calls
 * the same tools, answers by quoting the best passage, hands over when the passages carry no answer, and says
 * what it is. It costs nothing and never fails.
 */
export function createOffline(deps: OfflineDeps): Model {
  return {
    nameFor: () => NAME,
    worstCost: () => 0,
    async complete(request, signal) {
      signal.throwIfAborted();
      switch (request.purpose) {
        case "read":
          return answer(JSON.stringify(readAsModel(lastText(request), deps)));
        case "summary":
          // The note that code writes from the transcript is as good as anything that could be said here.
          return answer("");
        case "answer":
          return reply(request, deps);
      }
    },
  };
}

function reply(request: ModelRequest, deps: OfflineDeps): ModelReply {
  const asked = questionOf(request);
  const results = toolResults(request);
  const last = results.at(-1);
  if (last) return afterTool(last, asked, request, deps);
  const { intent, policy } = deps.read(asked.question);
  // "E-1042" looks like talk to a classifier; what holds a number is looked up.
  if (intent === "small_talk" && !/\d/.test(asked.question)) return answer(greeting(asked.question, deps));
  if (intent === "feedback") return answer(`Thank you for telling us; the team reads this. ${footer()}`);
  // What someone must carry out is recorded; within the limit it needs no exception, but it needs doing.
  if (asked.ticket === null && policy.some(({ kind, requested }) => kind === "refund" && requested)) {
    return callTool("create_support_ticket", ticketFor(asked));
  }
  if (asked.email !== null && wantsOrder(intent, asked.question)) {
    const order = orderNumber(asked.question);
    return callTool("get_order_status", { customer_email: asked.email, ...(order && { order_id: order }) });
  }
  const own =
    /\b(my|mine|our|mein|meine|mi|mon|ma)\b/i.test(asked.question) || orderNumber(asked.question) !== null;
  if (wantsOrder(intent, asked.question) && own && asked.verify !== null)
    return answer(`${asked.verify} ${footer()}`);
  return asked.passages.length > 0 ? quote(asked, deps) : escalate("low_confidence", asked.question);
}

function afterTool(last: ToolResult, asked: Asked, request: ModelRequest, deps: OfflineDeps): ModelReply {
  const text = last.content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
  if (last.isError) {
    // An order that is not there may be a typing mistake; a source that is down is not the customer's to mend.
    if (/has no order/i.test(text)) {
      return answer(`I can't see that order in your account. Could you check the number? ${footer()}`);
    }
    return asked.passages.length > 0 ? quote(asked, deps) : escalate("complex_technical", asked.question);
  }
  const ticket = ticketNumber(text);
  if (ticket !== null) {
    const recorded = `I have recorded your request as ${ticket}.`;
    if (asked.passages.length === 0) return answer(`${recorded} ${footer()}`);
    return quote(asked, deps, `${recorded} `);
  }
  const orders = orderLines(text);
  return orders ? answer(`${orders}\n\n${footer()}`) : escalate("complex_technical", asked.question);
}

function lastText(request: ModelRequest): string {
  return questionOf(request).question;
}

function wantsOrder(intent: string, question: string): boolean {
  return (
    intent === "order_status" ||
    (orderNumber(question) !== null && /\b(order|subscription|delivery|package)\b/i.test(question))
  );
}

function quote(asked: Asked, deps: OfflineDeps, before = ""): ModelReply {
  const { passages, open } = quotesFor(asked.question, asked.passages);
  const lead =
    deps.read(asked.question).language === "en"
      ? "From our help centre"
      : `From our help centre (in English)`;
  const quoted = passages.map(({ title, text }) => {
    return `**${title}**:\n\n${shorten(text, LONGEST_QUOTE / passages.length)}`;
  });
  // Not in the customer's words: what they wrote is not repeated in public.
  const left = open === 0 ? [] : [`I found nothing on your other ${open === 1 ? "question" : "questions"}.`];
  const text = `${before}${lead}, ${[...quoted, ...left, footer()].join("\n\n")}`;
  const citations = passages.map(({ source, title, text: whole }) => {
    return { source, title, citedText: whole.slice(0, 200) };
  });
  return { ...answer(text), kind: "answer", text, citations };
}

/** Cuts at the end of a paragraph or a list item, then of a sentence. */
function shorten(text: string, most: number): string {
  if (text.length <= most) return text.trim();
  const cut = text.slice(0, most);
  const end = Math.max(cut.lastIndexOf("\n"), cut.lastIndexOf(". ") + 1);
  return `${cut.slice(0, end > 200 ? end : most).trim()} …`;
}

function ticketFor({ question, email }: Asked) {
  const subject = question.replaceAll(/\s+/g, " ").slice(0, 80);
  return { subject, description: question, priority: "normal", customer_email: email ?? "unknown" };
}

function greeting(question: string, { agentName }: OfflineDeps): string {
  if (/thank|merci|gracias|danke/i.test(question)) return `You're welcome! ${footer()}`;
  const greets =
    /\b(hi|hey|hello|good (?:morning|afternoon|evening|day)|hallo|hola|bonjour|guten tag|moin)\b/i.test(
      question,
    );
  return `${greets ? `Hello, I'm ${agentName}.` : "All right."} What can I look up for you? ${footer()}`;
}

function footer(): string {
  return "_(Offline mode: I quote our help centre, no AI model is connected.)_";
}

function readAsModel(question: string, deps: OfflineDeps) {
  const reading = deps.read(question);
  return {
    intent: reading.intent,
    complexity: reading["complexity"],
    frustrated: reading["frustrated"],
    wants_human: reading["wantsHuman"],
    refund_requested: false,
    plan_change_requested: false,
    other_customers_data: false,
    language: reading.language,
  };
}

function escalate(reason: string, question: string): ModelReply {
  const summary = `The customer asks: "${question.replaceAll(/\s+/g, " ").slice(0, 400)}". The help centre carries no answer to it (offline mode).`;
  return callTool("escalate_to_human", { reason, summary });
}

function callTool(name: string, input: Readonly<Record<string, unknown>>): ModelReply {
  const call = { type: "tool_call", id: `offline_${name}`, name, input } as const;
  return {
    kind: "tool_calls",
    turn: { role: "assistant", content: [call] },
    calls: [call],
    model: NAME,
    usage: NO_USAGE,
    costMicros: 0,
  };
}

function answer(text: string): ModelReply & { readonly kind: "answer" } {
  return { kind: "answer", text, citations: [], model: NAME, usage: NO_USAGE, costMicros: 0 };
}
