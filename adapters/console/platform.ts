/** What the three faces of the console (protocol, plain text, screen) have in common. */
import type { Adapter } from "../../src/adapter.ts";

/** Why a console came to its end; work under way may be finished after all but `output_gone`. */
export type ConsoleEnd = "end_of_input" | "quit" | "stopped" | "output_gone";

export interface Console extends Adapter {
  /** Resolves, never rejects, when no more will be said here and all that was accepted has been confirmed. */
  readonly finished: Promise<ConsoleEnd>;
}

/** What the screen says first. */
export interface Intro {
  readonly title: string;
  readonly lines?: readonly string[];
  /** Questions that the knowledge base answers well, for a first try. */
  readonly questions: readonly string[];
}
