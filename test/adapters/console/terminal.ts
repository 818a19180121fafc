import { Writable } from "node:stream";

import { displayWidth } from "../../../adapters/console/layout.ts";

/**
 * A terminal in memory: what was written is what would be on the screen, scrolled-out rows included. It knows the
 * sequences that node:readline writes, and wraps as terminals do: only when the next character comes.
 */
export class Terminal extends Writable {
  readonly columns: number;
  #rows: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    super({ decodeStrings: false });
    this.columns = columns;
  }

  /** Without the blanks at the end of each row and the empty rows at the end. */
  text(): string {
    return this.#rows
      .map((cells) =>
        Array.from(cells, (cell) => cell ?? " ")
          .join("")
          .trimEnd(),
      )
      .join("\n")
      .trimEnd();
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    // oxlint-disable-next-line no-control-regex
    const pattern = /\u001B\[(\d*)(?:;\d+)?([A-Za-z])|([\s\S])/gu;
    for (const [whole, count, command, character] of chunk.toString().matchAll(pattern)) {
      if (command !== undefined) this.#control(command, count ?? "");
      else this.#put(character ?? whole);
    }
    done();
  }

  #control(command: string, count: string): void {
    const n = Number(count || "1");
    if (command === "A") this.#row = Math.max(this.#row - n, 0);
    else if (command === "B") this.#row += n;
    else if (command === "C") this.#column += n;
    else if (command === "D") this.#column = Math.max(this.#column - n, 0);
    else if (command === "G") this.#column = n - 1;
    else if (command === "J") {
      this.#rows.length = this.#row + 1;
      this.#cells().length = Math.min(this.#cells().length, this.#column);
    } else if (command === "K") this.#cells().length = Math.min(this.#cells().length, this.#column);
    else throw new Error(`the terminal does not know ${command}`);
  }

  #put(character: string): void {
    if (character === "\r") this.#column = 0;
    else if (character === "\n") [this.#row, this.#column] = [this.#row + 1, 0];
    else {
      const width = displayWidth(character);
      if (this.#column + width > this.columns) [this.#row, this.#column] = [this.#row + 1, 0];
      const cells = this.#cells();
      cells[this.#column] = character;
      if (width === 2) cells[this.#column + 1] = "";
      this.#column += width;
    }
    this.#cells();
  }

  #cells(): string[] {
    while (this.#rows.length <= this.#row) this.#rows.push([]);
    return this.#rows[this.#row] ?? [];
  }
}
