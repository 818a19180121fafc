/** What stands in a field of a form as text; empty for what is absent or no text. */
export function textIn(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** In code points, as Discord counts. */
export function lengthOf(written: string): number {
  let length = 0;
  for (const _ of written) length++;
  return length;
}
