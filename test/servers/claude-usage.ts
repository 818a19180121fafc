import { createHash } from "node:crypto";

import { KNOWN_MODELS, isObject, type Block, type Body } from "./claude-rules.ts";

/** Counts usage the way the API does: tokens per kind, with a prompt cache that works on prefixes. */

export interface PromptUsage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation: {
    readonly ephemeral_5m_input_tokens: number;
    readonly ephemeral_1h_input_tokens: number;
  };
}

/** What the API adds to a prompt with tools, and around each block; of the size of what it publishes. */
const TOOLS_PREAMBLE = 450;
const BLOCK_TOKENS = 4;

/**
 * A deterministic stand-in for the tokenizer, of about the density that the newer one is said to have. Kept apart from
 * `src/models/tokens.ts` on purpose: the bound there is tested against this count.
 */
export function countTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.normalize("NFKC").matchAll(/ ?[A-Za-z]+|[0-9]|\s+|\P{ASCII}|./gsu)) {
    const bytes = Buffer.byteLength(piece);
    if (/[A-Za-z]$/.test(piece)) tokens += Math.max(1, Math.ceil((piece.trim().length - 1) / 3.2));
    else tokens += /^\p{ASCII}/u.test(piece) ? 1 : bytes;
  }
  return tokens;
}

/** What a block that the model wrote counts as output; words cited from a source are free. */
export function countOutput(block: Block): number {
  return BLOCK_TOKENS + countValue(block);
}

export function countPrompt(body: Body): number {
  return pieces(body).reduce((sum, piece) => sum + piece.tokens, 0);
}

export interface PromptCache {
  /** Books one request: what it reads from the cache, what it writes, what it pays in full. */
  book(body: Body): PromptUsage;
}

export function createPromptCache(now: () => number): PromptCache {
  const entries = new Map<string, { readonly ttl: "5m" | "1h"; expires: number }>();
  return {
    book(body) {
      const minimum = KNOWN_MODELS[String(body["model"])]?.cacheMinimum ?? 1_024;
      const prefixes = prefixesOf(body);
      const marked = prefixes.filter((prefix) => prefix.mark !== undefined && prefix.tokens >= minimum);
      let read = 0;
      for (const breakpoint of marked) {
        // The API looks back over some twenty blocks from each breakpoint for something it has cached.
        const near = prefixes.slice(Math.max(0, breakpoint.index - 20), breakpoint.index + 1);
        for (const prefix of near) {
          const entry = entries.get(prefix.hash);
          if (!entry || entry.expires <= now()) continue;
          entry.expires = now() + lifetime(entry.ttl);
          read = Math.max(read, prefix.tokens);
        }
      }
      const written = { "5m": 0, "1h": 0 };
      let reached = read;
      for (const breakpoint of marked) {
        const ttl = breakpoint.mark ?? "5m";
        if (breakpoint.tokens > reached) {
          written[ttl] += breakpoint.tokens - reached;
          reached = breakpoint.tokens;
          entries.set(breakpoint.hash, { ttl, expires: now() + lifetime(ttl) });
        }
      }
      const total = prefixes.at(-1)?.tokens ?? 0;
      return {
        input_tokens: total - reached,
        cache_creation_input_tokens: written["5m"] + written["1h"],
        cache_read_input_tokens: read,
        cache_creation: {
          ephemeral_5m_input_tokens: written["5m"],
          ephemeral_1h_input_tokens: written["1h"],
        },
      };
    },
  };
}

function lifetime(ttl: "5m" | "1h"): number {
  return ttl === "1h" ? 3_600_000 : 300_000;
}

interface Piece {
  readonly content: string;
  readonly tokens: number;
  readonly mark?: "5m" | "1h";
}

interface Prefix {
  readonly index: number;
  readonly hash: string;
  readonly tokens: number;
  readonly mark: "5m" | "1h" | undefined;
}

function prefixesOf(body: Body): Prefix[] {
  const hash = createHash("sha256").update(String(body["model"]));
  let tokens = 0;
  return pieces(body).map((piece, index) => {
    hash.update(piece.content);
    tokens += piece.tokens;
    return { index, hash: hash.copy().digest("hex"), tokens, mark: piece.mark };
  });
}

/** Tools, then system, then messages: the order in which the cache hashes them. */
function pieces(body: Body): Piece[] {
  const tools = (body["tools"] as Block[] | undefined) ?? [];
  const all: Piece[] = tools.map((tool, i) => piece("tool", tool, i === 0 ? TOOLS_PREAMBLE : 0));
  const { system } = body;
  if (typeof system === "string") all.push(piece("system", { type: "text", text: system }));
  if (Array.isArray(system)) all.push(...(system as Block[]).map((block) => piece("system", block)));
  if (isObject(body["output_config"]) && isObject(body["output_config"]["format"])) {
    all.push(piece("format", { type: "format", schema: body["output_config"]["format"]["schema"] }, 200));
  }
  for (const message of (body["messages"] as { role: string; content: string | Block[] }[] | undefined) ??
    []) {
    const blocks =
      typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
    all.push(...blocks.map((block) => piece(message.role, block)));
  }
  return all;
}

function piece(where: string, block: Block | Body, extra = 0): Piece {
  const { cache_control: mark, ...rest } = block;
  const content = `${where}${JSON.stringify(rest)}`;
  const tokens = extra + BLOCK_TOKENS + countValue(rest);
  if (!isObject(mark)) return { content, tokens };
  return { content, tokens, mark: mark["ttl"] === "1h" ? "1h" : "5m" };
}

/** Tool definitions and inputs count as their JSON; of other blocks the text counts, not the field names. */
function countValue(value: unknown): number {
  if (typeof value === "string") return countTokens(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, inner) => sum + countValue(inner), 0);
  if (!isObject(value)) return 0;
  let tokens = 0;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "input" || key === "input_schema" || key === "schema")
      tokens += countTokens(JSON.stringify(inner));
    else if (key !== "type" && key !== "signature" && key !== "citations") tokens += countValue(inner);
  }
  return tokens;
}
