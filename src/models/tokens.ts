import type { MessageCreateParamsNonStreaming } from "@anthropic-ai/sdk/resources/messages";

/**
 * No tokenizer of a current Claude model is published, so tokens are bounded and estimated here, without a network.
 *
 * Two questions, two functions: `tokenBound` must never be below the truth (money is reserved by it), `estimateTokens`
 * should be near it and err high (the size of a prompt is judged by it).
 */

/**
 * More tokens than any text can have.
 *
 * A byte-level BPE starts from single bytes and only ever merges, so a text has at most as many tokens as UTF-8 bytes.
 * Claude's published tokenizer applied NFKC first, which lengthens some text (one Arabic ligature becomes eighteen
 * letters), so the longer of both forms counts. For English the bound is about three times the truth.
 */
export function tokenBound(text: string): number {
  // ASCII is its own NFKC form, and most of what we send is ASCII.
  if (!/\P{ASCII}/u.test(text)) return text.length;
  return Math.max(Buffer.byteLength(text), Buffer.byteLength(text.normalize("NFKC")));
}

/** What the API adds to a prompt for each feature. Published figures are up to 530 (tools) and none for the others. */
const PROMPT_OVERHEAD = 100;
const TOOLS_OVERHEAD = 2_000;
const OUTPUT_FORMAT_OVERHEAD = 1_000;
const CITATIONS_OVERHEAD = 1_000;
/** Role marks and tags around a message or a block. */
const BLOCK_OVERHEAD = 40;
/** Schemas and tool inputs are rendered by the API in a form of its own; JSON twice over leaves room for it. */
const JSON_FACTOR = 2;

export interface PromptBound {
  /** Tools and system: what may be written to the cache when it is marked. */
  readonly prefix: number;
  readonly messages: number;
}

/** An upper bound of the input tokens of a whole request, in its two parts. */
export function promptBound(params: MessageCreateParamsNonStreaming): PromptBound {
  const tools = params.tools ?? [];
  let prefix = PROMPT_OVERHEAD + valueBound(params.system ?? "");
  if (tools.length > 0) prefix += TOOLS_OVERHEAD + jsonBound(tools) + tools.length * BLOCK_OVERHEAD;
  let messages = 0;
  const format = params.output_config?.format;
  if (format) messages += OUTPUT_FORMAT_OVERHEAD + jsonBound(format.schema);
  for (const message of params.messages) messages += BLOCK_OVERHEAD + valueBound(message.content);
  if (messages > 0 && JSON.stringify(params.messages).includes('"search_result"'))
    messages += CITATIONS_OVERHEAD;
  return { prefix, messages };
}

/** Every string below a value, keys aside, with an allowance for each block; tool inputs as JSON. */
export function valueBound(value: unknown): number {
  if (typeof value === "string") return tokenBound(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + valueBound(item), 0);
  if (typeof value !== "object" || value === null) return String(value).length;
  let sum = BLOCK_OVERHEAD;
  for (const [key, inner] of Object.entries(value))
    sum += key === "input" ? jsonBound(inner) : valueBound(inner);
  return sum;
}

function jsonBound(value: unknown): number {
  return JSON_FACTOR * tokenBound(JSON.stringify(value) ?? "");
}

/**
 * A fair count that errs high, for the newer tokenizer (Claude 4.7 and later, the 5.5 family).
 *
 * That tokenizer is said to give about 30 % more tokens than the one before, so the weights below were fitted against
 * 1.3 times the count of the last one that was published (@anthropic-ai/tokenizer 0.0.4). On 698 help-centre articles
 * (2026-11-24) the sum came out 18 % above that, the lowest article at it and the highest 37 % above; Chinese and
 * Japanese come out up to 90 % above. `test/models/tokens.test.ts` holds texts with their counts.
 */
export function estimateTokens(text: string): number {
  const latin = looksEnglish(text) ? 1 : 1.3;
  let tokens = 0;
  for (const [piece] of text.matchAll(PIECES)) tokens += weigh(piece, latin);
  return Math.ceil(tokens);
}

/** Tokenizers know English words whole and cut those of its neighbours; one accented letter in a hundred tells them. */
function looksEnglish(text: string): boolean {
  const accented = text.match(/[\u00c0-\u024f]/g)?.length ?? 0;
  return accented * 100 < text.length;
}

const PIECES =
  /\p{Script=Latin}+|\p{N}+|[\p{Script=Cyrillic}\p{Script=Greek}]+|[\p{L}\p{M}]+|[^\S\n]{2,}|\n+|[^\s\p{L}\p{N}\p{M}]+/gu;

function weigh(piece: string, latin: number): number {
  if (/^\s/.test(piece)) return 1;
  if (/^\p{N}/u.test(piece)) return piece.length;
  if (/^\p{Script=Latin}/u.test(piece)) {
    // Common words are stored with a small letter; SHOUTING and identifiers fall into more pieces.
    const capitals = piece.slice(1).replace(/[^A-Z]/g, "").length;
    return (0.5 + piece.length / 4 + capitals / 4) * latin;
  }
  if (/^[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(piece)) return 0.5 + piece.length * 0.75;
  if (/^[\p{L}\p{M}]/u.test(piece)) return codePoints(piece) * 2.2;
  // A run of signs ("-----", `":{"`) is a few tokens; one outside ASCII, an emoji say, is up to one token a byte.
  const ascii = piece.replace(/\P{ASCII}/gu, "").length;
  const others = Buffer.byteLength(piece) - ascii;
  return (ascii > 0 ? 0.75 + ascii / 3 : 0) + others;
}

function codePoints(text: string): number {
  return Array.from(text).length;
}
