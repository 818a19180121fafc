/** The terminal itself: a prompt at the bottom, and everything else above it, in one lane or two. */
import { clearScreenDown, createInterface, cursorTo, moveCursor } from "node:readline";
import type { Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";

import { displayWidth, paint, sideBySide, span } from "./layout.ts";
import type { Row, Tone } from "./layout.ts";

export interface PaneOptions {
  readonly input: Readable;
  readonly output: Writable & { readonly columns?: number };
  /** Lines that the arrow keys bring up, newest first, before anything was typed. */
  readonly history: readonly string[];
  /** For Tab: what begins with the text. */
  readonly complete: (typed: string) => string[];
  /** Over the two lanes, said once. */
  readonly headings: readonly [customer: string, desk: string];
}

/** Rows for a width that is only known when they are drawn. */
export type Draw = (width: number) => Row[];

export interface Pane {
  readonly readline: Interface;
  /** Puts rows above the prompt. Resolves when they are on the terminal. */
  show(lane: "customer" | "desk" | "both", draw: Draw): Promise<void>;
  /** Changes the prompt, and the status row above it (empty: none), without losing what is being typed. */
  setPrompt(prompt: string, tone: Tone, status: string): void;
  /** Takes the line just entered off the terminal; it comes back in its lane. */
  eraseEntered(line: string): void;
  close(): void;
}

/** From here on the staff channel is beside the customer; below it both share one lane. */
const TWO_LANES = 100;
/** Longer rows are hard to read. */
const WIDEST_LEFT = 84;
const WIDEST_RIGHT = 68;
/** What arrives within this time is drawn at once, so that an answer and the desk's view of it stand side by side. */
const GATHER_MS = 40;

interface Entry {
  readonly lane: "customer" | "desk" | "both";
  readonly draw: Draw;
  readonly shown: () => void;
}

export function createPane({ input, output, history, complete, headings }: PaneOptions): Pane {
  const readline = createInterface({
    input,
    output,
    terminal: true,
    history: [...history],
    historySize: 500,
    removeHistoryDuplicates: true,
    completer: (typed: string): [string[], string] => [complete(typed), typed],
  });
  input.prependListener("keypress", (_: unknown, key: { readonly name?: string } | undefined) => {
    if (!closed && (key?.name === "return" || key?.name === "enter")) settleCursor();
  });
  let waiting: Entry[] = [];
  let timer: NodeJS.Timeout | undefined;
  let promptWidth = 0;
  let statusRows = 0;
  let closed = false;
  let headed = false;
  /** False until something stands above the prompt: clearing an empty screen would put it into the scroll-back. */
  let begun = false;

  function columns(): number {
    return Math.max(output.columns ?? 80, 20);
  }

  /**
   * A row exactly full leaves a terminal's cursor at its end, or on the next row when readline drew it. A blank and a
   * return put it on the next row in both cases, which is what readline and we count on.
   */
  function settleCursor(): void {
    const { rows, cols } = readline.getCursorPos();
    if (rows > 0 && cols === 0 && readline.cursor === readline.line.length) output.write(" \r");
  }

  /** Clears the prompt, writes, and draws the prompt again with what was typed so far. */
  function aboveThePrompt(text: string): void {
    if (closed || (!begun && readline.line === "")) {
      output.write(text);
      return;
    }
    settleCursor();
    const { rows } = readline.getCursorPos();
    if (rows > 0) moveCursor(output, 0, -rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    // Readline goes up as many rows as the cursor was down before, so as many are put in.
    output.write(text + "\n".repeat(rows));
  }

  /** Before the first thing said in a lane. */
  function heading(entries: readonly Entry[]): Entry[] {
    if (headed || columns() < TWO_LANES || entries.every(({ lane }) => lane === "both")) return [];
    headed = true;
    return [
      { lane: "customer", draw: underlined(headings[0]), shown: () => undefined },
      { lane: "desk", draw: underlined(headings[1]), shown: () => undefined },
    ];
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const entries = [...heading(waiting), ...waiting];
    waiting = [];
    const rows = columns() >= TWO_LANES ? inTwoLanes(entries, columns()) : inOneLane(entries, columns());
    if (rows.length > 0) {
      aboveThePrompt(`${rows.map((row) => paint(row, output)).join("\n")}\n`);
      begun = true;
      if (!closed) readline.prompt(true);
    }
    for (const { shown } of entries) shown();
  }

  return {
    readline,
    show: (lane, draw) =>
      new Promise((resolve) => {
        waiting.push({ lane, draw, shown: resolve });
        if (closed) flush();
        else timer ??= setTimeout(flush, GATHER_MS);
      }),
    setPrompt(prompt, tone, status) {
      if (closed) return;
      if (begun) aboveThePrompt("");
      promptWidth = displayWidth(prompt);
      statusRows = status === "" ? 0 : 1;
      const above = status === "" ? "" : `${paint([span(status, "dim")], output)}\n`;
      readline.setPrompt(`${above}${paint([span(prompt.trimEnd(), tone)], output)} `);
      if (begun) readline.prompt(true);
    },
    eraseEntered(line) {
      const rows = Math.floor((promptWidth + displayWidth(line)) / columns()) + 1 + statusRows;
      moveCursor(output, 0, -rows);
      cursorTo(output, 0);
      clearScreenDown(output);
    },
    close() {
      if (closed) return;
      aboveThePrompt("");
      closed = true;
      flush();
    },
  };
}

function underlined(text: string): Draw {
  return (width) => [[span(text, "strong")], [span("─".repeat(width), "dim")]];
}

function inTwoLanes(entries: readonly Entry[], columns: number): Row[] {
  const leftWidth = Math.min(Math.floor((columns - 4) * 0.52), WIDEST_LEFT);
  const rightWidth = Math.min(columns - 4 - leftWidth, WIDEST_RIGHT);
  const rows: Row[] = [];
  let left: Row[] = [];
  let right: Row[] = [];
  function join(): void {
    rows.push(...sideBySide(left, right, leftWidth));
    [left, right] = [[], []];
  }
  for (const { lane, draw } of entries) {
    if (lane === "customer") left.push(...spaced(draw(leftWidth)));
    if (lane === "desk") right.push(...spaced(draw(rightWidth)));
    if (lane === "both") {
      join();
      rows.push(...draw(columns - 1));
    }
  }
  join();
  return rows;
}

/** Below one another, the desk's behind a bar. */
function inOneLane(entries: readonly Entry[], columns: number): Row[] {
  return entries.flatMap(({ lane, draw }) => {
    if (lane !== "desk") return lane === "both" ? draw(columns - 1) : spaced(draw(columns - 1));
    return spaced(draw(Math.min(columns - 3, WIDEST_RIGHT)).map((row) => [span("┃ ", "staff"), ...row]));
  });
}

function spaced(rows: readonly Row[]): Row[] {
  return rows.length === 0 ? [] : [...rows, []];
}
