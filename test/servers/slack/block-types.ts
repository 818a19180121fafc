/** A block or an element after validation: its `type` is known, the rest is read by whoever knows the type. */
export interface Block {
  readonly type: string;
  readonly block_id?: string;
  readonly [field: string]: unknown;
}

export interface Element {
  readonly type: string;
  readonly action_id?: string;
  readonly [field: string]: unknown;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isElement(value: unknown): value is Element {
  return isObject(value) && typeof value["type"] === "string";
}

/** Every element a person can act on, with the block that holds it, in reading order. */
export function interactiveElements(blocks: readonly Block[]): { block: Block; element: Element }[] {
  return blocks.flatMap((block) => {
    const held = [block["accessory"], block["element"], ...(listOf(block["elements"]) ?? [])];
    return held
      .filter((element): element is Element => isElement(element) && "action_id" in element)
      .map((element) => ({ block, element }));
  });
}

export function listOf(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? (value as readonly unknown[]) : null;
}
