/** The console: a platform without an account, for the first ten minutes, for scripts and for tests. */
import { createJsonConsole } from "./json.ts";
import type { JsonConsoleOptions } from "./json.ts";
import type { Console } from "./platform.ts";

export type { Console, ConsoleEnd } from "./platform.ts";

export interface ConsoleOptions extends JsonConsoleOptions {
  readonly mode: "json";
}

export function createConsole(options: ConsoleOptions): Console {
  return createJsonConsole(options);
}
