import { createReadStream } from "node:fs";

/** Part of a JSON file: an object of the list that was asked for, or the text before the list. */
export type JsonPart =
  | { readonly kind: "head"; readonly text: string }
  | { readonly kind: "item"; readonly text: string };

/** The head of an export is small; without the list by then it is another file. */
const LONGEST_HEAD = 1_000_000;

/**
 * Reads a JSON object whose property `list` is an array of objects, and gives out first what stands before the array and
 * then each object as its own text. One object is in memory at a time, however large the file is.
 */
export async function* jsonItems(path: string, list: string): AsyncGenerator<JsonPart> {
  const opening = new RegExp(`"${list}"\\s*:\\s*\\[`);
  let head: string | null = "";
  let item = "";
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  for await (const chunk of createReadStream(path, { encoding: "utf8" }) as AsyncIterable<string>) {
    let text = chunk;
    if (head !== null) {
      head += text;
      const found = opening.exec(head);
      if (!found) {
        if (head.length > LONGEST_HEAD) return;
        continue;
      }
      yield { kind: "head", text: head.slice(0, found.index) };
      text = head.slice(found.index + found[0].length);
      head = null;
    }
    let from = depth > 0 ? 0 : -1;
    for (let at = 0; at < text.length; at += 1) {
      const sign = text[at];
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (sign === "\\") isEscaped = true;
        else if (sign === '"') isInString = false;
      } else if (sign === '"') isInString = true;
      else if (sign === "{") {
        if (depth === 0) from = at;
        depth += 1;
      } else if (sign === "}") {
        depth -= 1;
        if (depth === 0) {
          yield { kind: "item", text: item + text.slice(from, at + 1) };
          item = "";
          from = -1;
        }
      } else if (sign === "]" && depth === 0) return;
    }
    if (from !== -1) item += text.slice(from);
  }
}
