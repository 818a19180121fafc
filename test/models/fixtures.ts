import { configSchema, type Config } from "../../src/config/schema.ts";
import { createClaude, type Claude } from "../../src/models/claude.ts";
import type {
  ModelMessage,
  ModelReply,
  ModelRequest,
  SearchResultBlock,
  ToolSpec,
} from "../../src/models/model.ts";
import { startClaude, type ClaudeServer, type ClaudeServerOptions } from "../servers/claude.ts";

type ModelSettings = Partial<Config["models"]>;

export function modelSettings(settings: ModelSettings = {}): Config["models"] {
  return { ...configSchema.parse({ shop: { name: "Acme" } }).models, ...settings };
}

export interface Pair {
  readonly server: ClaudeServer;
  readonly claude: Claude;
}

/** The real SDK, a real socket and a server that refuses what the API refuses. */
export async function withClaude(
  options: ClaudeServerOptions,
  use: (pair: Pair) => Promise<void>,
  settings: ModelSettings = {},
): Promise<void> {
  const server = await startClaude(options);
  try {
    await use({ server, claude: connect(server.url, settings) });
  } finally {
    await server.close();
  }
}

export function connect(baseURL: string, settings: ModelSettings = {}, apiKey = "sk-test"): Claude {
  return createClaude({ apiKey, baseURL, models: modelSettings(settings), now: Date.now });
}

export const SEARCH: ToolSpec = {
  name: "search_knowledge_base",
  description: "Searches the help centre and returns ranked articles.",
  inputSchema: {
    type: "object",
    properties: {
      query: { type: "string", description: "What to look for." },
      max_results: { type: "integer", minimum: 1, maximum: 10 },
    },
    required: ["query"],
    additionalProperties: false,
  },
};

export const ORDER: ToolSpec = {
  name: "get_order_status",
  description: "Returns the status of the customer's own order.",
  inputSchema: {
    type: "object",
    properties: { customer_email: { type: "string", format: "email" }, order_id: { type: "string" } },
    required: ["customer_email"],
    additionalProperties: false,
  },
};

export const REFUNDS: SearchResultBlock = {
  type: "search_result",
  source: "https://help.acme.example/refunds",
  title: "Refunds",
  text: "Refunds arrive within 5 days. They go to the card that was charged.",
};

export const EXPORTS: SearchResultBlock = {
  type: "search_result",
  source: "kb:exports",
  title: "Exports",
  text: "Exports are under Settings, Data.",
};

export function ask(text: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    purpose: "answer",
    tier: 1,
    system: "You are Aria, the support agent of Acme.",
    tools: [SEARCH, ORDER],
    messages: [{ role: "user", content: [{ type: "text", text }] }],
    maxOutputTokens: 1_024,
    userRef: "u_3f2a",
    ...more,
  };
}

export function user(...content: (ModelMessage & { role: "user" })["content"]): ModelMessage {
  return { role: "user", content };
}

/** Narrows a reply to the kind that the test expects, and says what came instead. */
export function expectKind<K extends ModelReply["kind"]>(
  reply: ModelReply,
  kind: K,
): ModelReply & { kind: K } {
  if (reply.kind !== kind) throw new Error(`expected ${kind}, got ${JSON.stringify(reply)}`);
  return reply as ModelReply & { kind: K };
}

export const never = new AbortController().signal;
