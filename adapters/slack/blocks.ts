import type { types } from "@slack/bolt";

import { type Inline, textInline } from "./inline.ts";
import type { Piece, TableRow } from "./pieces.ts";

/** Slack takes `offset`, its types do not know it yet. */
type List = types.RichTextList & { readonly offset?: number };
type Rich = types.RichTextSection | types.RichTextQuote | types.RichTextPreformatted | List;

/** The blocks of one message. The pieces are few and small enough; see `pack.ts`. */
export function blocksOf(pieces: readonly Piece[]): types.KnownBlock[] {
  const blocks: types.KnownBlock[] = [];
  let rich: Rich[] = [];
  const close = () => {
    if (rich.length > 0) blocks.push({ type: "rich_text", elements: rich });
    rich = [];
  };
  for (const [at, piece] of pieces.entries()) {
    const previous = pieces[at - 1];
    switch (piece.kind) {
      case "text":
        addText(rich, piece.elements, previous);
        break;
      case "item":
        addItem(rich, piece);
        break;
      case "quote":
        rich.push({ type: "rich_text_quote", elements: [...piece.elements] });
        break;
      case "code":
        rich.push({ type: "rich_text_preformatted", elements: [{ type: "text", text: piece.text }] });
        break;
      case "table":
        close();
        blocks.push(tableBlock(piece));
        break;
      case "rule":
        close();
        blocks.push({ type: "divider" });
        break;
    }
  }
  close();
  return blocks;
}

/** A rich text block of one paragraph. */
export function richText(...elements: readonly types.RichTextElement[]): types.RichTextBlock {
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [...elements] }] };
}

/** Paragraphs in a row are one section: Slack puts no space between sections. */
function addText(rich: Rich[], elements: readonly Inline[], previous: Piece | undefined): void {
  const last = rich.at(-1);
  if (previous?.kind === "text" && last?.type === "rich_text_section") {
    last.elements.push(...textInline(previous.tight ? "\n" : "\n\n"), ...elements);
  } else rich.push({ type: "rich_text_section", elements: [...elements] });
}

function addItem(rich: Rich[], { elements, style, indent, number }: Extract<Piece, { kind: "item" }>): void {
  const section: types.RichTextSection = { type: "rich_text_section", elements: [...elements] };
  const last = rich.at(-1);
  if (last?.type === "rich_text_list" && last.style === style && (last.indent ?? 0) === indent) {
    const isNext = style === "bullet" || (last.offset ?? 0) + last.elements.length === number - 1;
    if (isNext) {
      last.elements.push(section);
      return;
    }
  }
  const offset = style === "ordered" && number > 1 && { offset: number - 1 };
  rich.push({ type: "rich_text_list", style, indent, elements: [section], ...offset });
}

function tableBlock({ rows, align }: Extract<Piece, { kind: "table" }>): types.TableBlock {
  return {
    type: "table",
    column_settings: align.map((side) => ({ align: side, is_wrapped: true })),
    rows: rows.map((row: TableRow) => row.map(cellOf)),
  };
}

function cellOf(cell: readonly Inline[]): types.RichTextBlock | types.RawTextElement {
  const [first, ...more] = cell;
  // Slack refuses an empty cell.
  if (first === undefined) return { type: "raw_text", text: " " };
  if (first.type === "text" && first.style === undefined && more.length === 0) {
    return { type: "raw_text", text: first.text };
  }
  return richText(...cell);
}
