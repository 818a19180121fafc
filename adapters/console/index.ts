/** The console: a platform without an account, for the first ten minutes, for scripts and for tests. */
import { createJsonConsole } from "./json.ts";
import { createPlainConsole } from "./plain.ts";
import type { Console } from "./platform.ts";
import { createScreen } from "./screen.ts";
import type { ScreenOptions } from "./screen.ts";

export type { Console, ConsoleEnd, Intro } from "./platform.ts";

export interface ConsoleOptions extends ScreenOptions {
  readonly mode: "json" | "plain" | "screen";
}

export function createConsole(options: ConsoleOptions): Console {
  switch (options.mode) {
    case "json":
      return createJsonConsole(options);
    case "plain":
      return createPlainConsole(options);
    case "screen":
    default:
      return createScreen(options);
  }
}
