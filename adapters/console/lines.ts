/** Lines of text from a stream, and lines of text onto one. */
import type { Readable, Writable } from "node:stream";

import { DeskhandError } from "../../src/errors.ts";

export type InputLine =
  | { readonly kind: "line"; readonly number: number; readonly text: string }
  /** Over the limit; its text is not kept. Said as soon as the limit is passed, not at the line's end. */
  | { readonly kind: "too_long"; readonly number: number };

const NEWLINE = 0x0a;

/**
 * Every line with its number, the last one also without a newline. Unlike node:readline it never holds more than
 * `limitBytes` of a line, and the stream is only read as fast as lines are taken.
 *
 * Destroying the stream ends the lines; a stream that fails throws.
 */
export async function* readLines(input: Readable, limitBytes: number): AsyncGenerator<InputLine, void, void> {
  let parts: Buffer[] = [];
  let held = 0;
  let number = 1;
  let refused = false;

  function finish(): InputLine | null {
    const whole = refused ? null : Buffer.concat(parts).toString("utf8");
    const line: InputLine | null =
      whole === null
        ? null
        : { kind: "line", number, text: number === 1 ? whole.replace(/^\uFEFF/, "") : whole };
    [parts, held, refused] = [[], 0, false];
    number += 1;
    return line;
  }

  for await (const chunk of chunksOf(input)) {
    let from = 0;
    while (from < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, from);
      const part = chunk.subarray(from, newline === -1 ? chunk.length : newline);
      if (!refused && held + part.length > limitBytes) {
        [parts, held, refused] = [[], 0, true];
        yield { kind: "too_long", number };
      }
      if (!refused) {
        parts.push(part);
        held += part.length;
      }
      if (newline === -1) break;
      const line = finish();
      if (line) yield line;
      from = newline + 1;
    }
  }
  if (held > 0) {
    const line = finish();
    if (line) yield line;
  }
}

async function* chunksOf(input: Readable): AsyncGenerator<Buffer, void, void> {
  try {
    for await (const chunk of input as AsyncIterable<Buffer | string>) {
      yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    }
  } catch (error) {
    if (!input.destroyed || input.errored) throw error;
  }
}

export interface LineWriter {
  /**
   * Resolves once the stream has taken the line, which is how a slow reader slows the writer down.
   *
   * @throws DeskhandError delivery_failed once nobody reads any more; retryable, because another run can deliver it.
   */
  write(line: string): Promise<void>;
  /** Resolves when nobody reads any more. */
  readonly gone: Promise<void>;
}

export function createLineWriter(output: Writable): LineWriter {
  const gone = new Promise<void>((resolve) => {
    output.once("close", resolve);
    // Stays for good: a broken pipe is reported once for each write still under way.
    output.on("error", () => resolve());
  });
  return {
    gone,
    write: (line) =>
      new Promise((resolve, reject) => {
        output.write(`${line}\n`, (error) => {
          if (!error) return resolve();
          reject(
            new DeskhandError(
              "delivery_failed",
              "The console's output is closed: nobody reads it any more.",
              {
                cause: error,
                retryable: true,
              },
            ),
          );
        });
      }),
  };
}
