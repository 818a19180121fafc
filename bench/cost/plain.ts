import { readBurst } from "../../src/agent/read.ts";
import { runLoop } from "../../src/agent/loop.ts";
import { buildPrompt } from "../../src/agent/prompt.ts";
import { firstTier, routeFor } from "../../src/agent/route.ts";
import { toModelMessages } from "../../src/agent/transcript.ts";
import type { Config } from "../../src/config/schema.ts";
import type { Meter } from "../../src/costs/meter.ts";
import type { Knowledge } from "../../src/knowledge/knowledge.ts";
import { createClaude } from "../../src/models/claude.ts";
import type { Model, ModelMessage } from "../../src/models/model.ts";
import { estimateTokens } from "../../src/models/tokens.ts";
import type { Conversation, Customer } from "../../src/store/store.ts";
import { turnTickets } from "../../src/tickets/tickets.ts";
import type { Tool } from "../../src/tools/tool.ts";
import type { ClaudeServer } from "../../test/servers/claude.ts";
import type { Asked, Call, Design } from "./asked.ts";
import { bankConfig } from "./bank.ts";

/**
 * Support as it is commonly built, and built well: each message is classified by the small model with structured
 * output, then answered by the model that the classifier chose, which searches through a tool; each call sends all that
 * came before it again. System prompt and tools are marked for the prompt cache.
 *
 * It has our classifier's prompt, our system prompt (but for the sentence that says who searches), our tools, our
 * knowledge base, our routing, our request code and our price table, so that what differs is the design. It has no inbox, no
 * outbox, no ledger and no guard, which costs it no time and no calls.
 */
export function openPlain(
  name: string,
  models: Partial<Config["models"]>,
  server: ClaudeServer,
  knowledge: Knowledge,
): Design {
  const { config: bank } = bankConfig();
  const config: Config = { ...bank, models: { ...bank.models, ...models } };
  const model = createClaude({
    apiKey: "sk-bench",
    baseURL: server.url,
    models: config.models,
    now: Date.now,
  });
  const system = replaced(buildPrompt(config, estimateTokens), SEARCHED_BEFORE, SEARCH_FIRST);
  return {
    name,
    ask: (question) => ask(question, { config, model, system, knowledge }),
    violations: () => server.violations,
    requests: () => server.requests.map(({ body }) => body),
    close: () => server.close(),
  };
}

const SEARCHED_BEFORE = "Passages of the help centre stand before the customer's message.";
const SEARCH_FIRST = "Always call search_knowledge_base before you state a fact.";
const TOOL_SEARCHED_BEFORE =
  "The customer's message has been searched already and its results stand before it; call this only to look for " +
  "something else, with a few plain keywords.";
const TOOL_SEARCH_FIRST =
  "Always call this before a factual answer, with the customer's question or its keywords.";
const NOTHING_FOUND = "\nhelp centre: no article was found for this message";

interface PlainDeps {
  readonly config: Config;
  readonly model: Model;
  readonly system: string;
  readonly knowledge: Knowledge;
}

async function ask(question: string, { config, model, system, knowledge }: PlainDeps): Promise<Asked> {
  const startedAt = performance.now();
  const calls: Call[] = [];
  const meter = keepingBooks(model, calls);
  const signal = AbortSignal.timeout(config.models.turn_deadline_seconds * 1_000);
  const userRef = "0123456789abcdef";
  const message = { messageId: "m", text: question, attachments: [], sentAt: 0 };
  const sender = { id: CUSTOMER.userId, name: CUSTOMER.name, role: "customer" } as const;
  const burst = {
    sender,
    messages: [message],
    edits: [],
    mode: "dm",
    opens: true,
    addressed: true,
    callsPerson: false,
  } as const;
  const reading = await readBurst(
    burst,
    { askModelBelow: Number.POSITIVE_INFINITY, topics: [] },
    meter,
    userRef,
    signal,
  );
  const route = routeFor(firstTier(reading), config.models);
  const situation = {
    conversation: CONVERSATION,
    customer: CUSTOMER,
    transcript: [],
    reading,
    ticket: null,
    passages: [],
    question,
    verifyHint: "Ask the team to verify your e-mail.",
  };
  const messages = toModelMessages(situation, estimateTokens).map(withoutOurSearch);
  const draft = await runLoop(
    {
      route: { ...route, tools: route.tools.map(searchingFirst) },
      system,
      userRef,
      messages: () => messages,
      passages: [],
      tools: {
        customer: CUSTOMER,
        question,
        words: { forStaff: (text) => text, forCustomer: async (text) => text },
        knowledge,
        orders: { ordersOf: async () => [] },
        tickets: turnTickets(null, "T-1"),
        ownTicket: async () => null,
        isPublic: false,
        signal,
        verifyHint: situation.verifyHint,
      },
      deadline: signal,
    },
    meter,
    signal,
  );
  const ended = draft.kind === "answer" ? "answered" : "handed over";
  return {
    question,
    ended,
    tier: draft.kind === "answer" ? draft.tier : null,
    calls,
    ms: performance.now() - startedAt,
  };
}

function keepingBooks(model: Model, calls: Call[]): Meter {
  return {
    async call(request, signal) {
      const reservedMicros = model.worstCost(request);
      const reply = await model.complete(request, signal);
      const { purpose, tier } = request;
      calls.push({
        purpose,
        tier,
        model: reply.model,
        usage: reply.usage,
        micros: reply.costMicros,
        reservedMicros,
      });
      return reply;
    },
    spent: () => ({ calls: calls.length, costMicros: calls.reduce((sum, { micros }) => sum + micros, 0) }),
  };
}

function searchingFirst(tool: Tool): Tool {
  if (tool.spec.name !== "search_knowledge_base") return tool;
  const description = replaced(tool.spec.description, TOOL_SEARCHED_BEFORE, TOOL_SEARCH_FIRST);
  return { ...tool, spec: { ...tool.spec, description } };
}

function withoutOurSearch(message: ModelMessage): ModelMessage {
  if (message.role !== "user") return message;
  const content = message.content.map((block) =>
    block.type === "text" ? { ...block, text: replaced(block.text, NOTHING_FOUND, "") } : block,
  );
  return { ...message, content };
}

/** Throws when our prompt no longer says what the plain design must not be told. */
function replaced(text: string, ours: string, theirs: string): string {
  if (!text.includes(ours))
    throw new Error(`The plain design cannot be derived: "${ours.trim()}" is not in our text.`);
  return text.replace(ours, theirs);
}

const CUSTOMER: Customer = { id: 1, name: "Ann", userId: "customer", email: null };

const CONVERSATION: Conversation = {
  id: 1,
  address: { adapter: "bench", key: "plain" },
  visibility: "private",
  link: null,
  ownerId: CUSTOMER.userId,
  customerId: CUSTOMER.id,
  holder: "ai",
  epoch: 0,
  frustration: 0,
  language: "en",
  problemTurns: 0,
  ticket: null,
  escalationId: null,
  staffSpokeAt: null,
  toldWaiting: false,
  limitedAt: null,
};
