import type { z } from "zod";

import { interactiveElements, isObject, listOf, type Block } from "./block-types.ts";
import { HOME, MESSAGE_BLOCKS, MODAL } from "./block-schemas.ts";
import { SlackRefusal } from "./refusal.ts";

/** All blocks of a message together; undocumented, found by others (bolt-js#2509). */
export const MAX_BLOCKS_CHARACTERS = 13_200;
/** All markdown blocks of one payload together. */
export const MAX_MARKDOWN_CHARACTERS = 12_000;

/**
 * The blocks of a message as Slack stores them: checked, with ids given where they were left out.
 *
 * Throws `invalid_blocks` with `response_metadata.messages`, or `msg_blocks_too_long`.
 */
export function checkMessageBlocks(value: unknown, mint: () => string): Block[] {
  const problems = problemsOf(MESSAGE_BLOCKS, value, "/blocks");
  if (problems.length > 0) throw invalidBlocks(problems);
  const blocks = value as Block[];
  const more = [...duplicates(blocks), ...wholeMessageProblems(blocks)];
  if (more.length > 0) throw invalidBlocks(more);
  if (charactersIn(blocks) > MAX_BLOCKS_CHARACTERS) throw new SlackRefusal("msg_blocks_too_long");
  return withIds(blocks, mint);
}

export type View = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly blocks: readonly Block[];
};

/** Throws `invalid_arguments` with what is wrong, as `views.*` do. */
export function checkView(value: unknown, kind: "modal" | "home", mint: () => string): View {
  const problems = problemsOf(kind === "modal" ? MODAL : HOME, value, "/view");
  if (problems.length > 0) throw invalidView(problems);
  const view = value as View;
  const more = duplicates(view.blocks);
  if (kind === "modal" && !view["submit"] && view.blocks.some((block) => block.type === "input")) {
    more.push("[ERROR] missing required field: submit, as the modal has an input [json-pointer:/view]");
  }
  if (more.length > 0) throw invalidView(more);
  return { ...view, blocks: withIds(view.blocks, mint) };
}

function problemsOf(schema: z.ZodType, value: unknown, root: string): string[] {
  const { error } = schema.safeParse(value);
  if (!error) return [];
  return error.issues.map(
    (issue) => `[ERROR] ${issue.message} [json-pointer:${[root, ...issue.path.map(String)].join("/")}]`,
  );
}

function duplicates(blocks: readonly Block[]): string[] {
  const problems: string[] = [];
  const ids = new Set<string>();
  for (const [index, block] of blocks.entries()) {
    if (block.block_id && ids.has(block.block_id)) {
      problems.push(
        `[ERROR] block_id "${block.block_id}" already exists [json-pointer:/blocks/${index}/block_id]`,
      );
    }
    if (block.block_id) ids.add(block.block_id);
    const actionIds = new Set<string>();
    for (const { element } of interactiveElements([block])) {
      const id = element.action_id;
      if (id && actionIds.has(id)) {
        problems.push(`[ERROR] action_id "${id}" already exists [json-pointer:/blocks/${index}/elements]`);
      }
      if (id) actionIds.add(id);
    }
  }
  return problems;
}

function wholeMessageProblems(blocks: readonly Block[]): string[] {
  const problems: string[] = [];
  if (blocks.filter((block) => block.type === "table").length > 1) problems.push("only_one_table_allowed");
  let markdown = 0;
  for (const block of blocks) if (block.type === "markdown") markdown += String(block["text"]).length;
  if (markdown > MAX_MARKDOWN_CHARACTERS) {
    problems.push(`[ERROR] markdown blocks hold more than ${MAX_MARKDOWN_CHARACTERS} characters together`);
  }
  return problems;
}

function charactersIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + charactersIn(item), 0);
  if (!isObject(value)) return 0;
  let sum = 0;
  for (const [key, held] of Object.entries(value)) {
    if (typeof held === "string") sum += key === "text" ? held.length : 0;
    else sum += charactersIn(held);
  }
  return sum;
}

/** Slack invents the ids that were left out; a click then names them. */
function withIds(blocks: readonly Block[], mint: () => string): Block[] {
  return blocks.map((block) => {
    const ided: Record<string, unknown> = { ...block, block_id: block.block_id ?? mint() };
    const elements = listOf(block["elements"]);
    if (elements && (block.type === "actions" || block.type === "context_actions")) {
      ided["elements"] = elements.map((element) => withActionId(element, mint));
    }
    if (isObject(block["accessory"]) && block["accessory"]["type"] !== "image") {
      ided["accessory"] = withActionId(block["accessory"], mint);
    }
    if (block["element"]) ided["element"] = withActionId(block["element"], mint);
    return ided as Block;
  });
}

function withActionId(element: unknown, mint: () => string): unknown {
  return isObject(element) && !element["action_id"] ? { ...element, action_id: mint() } : element;
}

function invalidBlocks(problems: readonly string[]): SlackRefusal {
  return new SlackRefusal("invalid_blocks", { errors: problems, response_metadata: { messages: problems } });
}

function invalidView(problems: readonly string[]): SlackRefusal {
  return new SlackRefusal("invalid_arguments", { response_metadata: { messages: problems } });
}
