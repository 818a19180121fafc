import type { Slack } from "./core.ts";
import { SlackRefusal } from "./refusal.ts";
import type { Json } from "./wire.ts";
import type { Team, Token } from "./world.ts";

/** What a method of the Web API is given, and what it must have. */
export interface Method {
  readonly token: "bot" | "app" | "none";
  /** Any one of these; those that depend on the arguments are asked for by the method itself. */
  readonly scopes?: readonly string[];
  run(args: Args, call: CallContext): Json;
}

export interface CallContext {
  readonly slack: Slack;
  readonly team: Team;
  readonly token: Token;
  readonly method: string;
  /** Throws `missing_scope` unless the token has one of these. */
  need(...anyOf: string[]): void;
}

export type Args = Readonly<Record<string, unknown>>;
export type Methods = Readonly<Record<string, Method>>;

export function needScope(token: Token, anyOf: readonly string[]): void {
  if (anyOf.length === 0 || anyOf.some((scope) => token.scopes.has(scope))) return;
  throw new SlackRefusal("missing_scope", {
    needed: anyOf.join(","),
    provided: [...token.scopes].join(","),
  });
}

/** A text argument; throws `invalid_arguments` when it must be there and is not. */
export function text(args: Args, name: string): string {
  const value = optionalText(args, name);
  if (value !== undefined && value !== "") return value;
  throw new SlackRefusal("invalid_arguments", {
    response_metadata: { messages: [`[ERROR] missing required field: ${name}`] },
  });
}

export function optionalText(args: Args, name: string): string | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new SlackRefusal("invalid_arguments", {
    response_metadata: { messages: [`[ERROR] ${name} must be a string`] },
  });
}

export function flag(args: Args, name: string): boolean | null {
  const value = args[name];
  if (value === true || value === "true" || value === "1" || value === 1) return true;
  if (value === false || value === "false" || value === "0" || value === 0) return false;
  return null;
}

export function count(args: Args, name: string, usual: number, most: number): number {
  const value = args[name];
  if (value === undefined) return usual;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new SlackRefusal("invalid_limit");
  return Math.min(number, most);
}

/** An argument that is JSON: forms carry it as a string, JSON bodies as it is. Throws `invalid_json`-like refusals. */
export function structured(args: Args, name: string): unknown {
  const value = args[name];
  if (typeof value !== "string") return value;
  if (value === "") return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw new SlackRefusal(name === "blocks" ? "invalid_blocks_format" : "invalid_arguments", {
      response_metadata: { messages: [`[ERROR] ${name} is not JSON`] },
    });
  }
}
