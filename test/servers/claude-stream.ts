import type { Block } from "./claude-rules.ts";

/** A whole message as the server-sent events of `stream: true`. */
export function toEvents(message: Readonly<Record<string, unknown>>): string {
  const events: Record<string, unknown>[] = [
    { type: "message_start", message: { ...message, content: [], stop_reason: null, stop_details: null } },
    { type: "ping" },
  ];
  for (const [index, block] of (message["content"] as Block[]).entries()) {
    const [start, deltas] = split(block);
    events.push({ type: "content_block_start", index, content_block: start });
    for (const delta of deltas) events.push({ type: "content_block_delta", index, delta });
    events.push({ type: "content_block_stop", index });
  }
  const { stop_reason, stop_sequence, stop_details, container, usage } = message;
  events.push({
    type: "message_delta",
    delta: { stop_reason, stop_sequence, stop_details, container },
    usage,
  });
  events.push({ type: "message_stop" });
  return events
    .map((event) => `event: ${String(event["type"])}\ndata: ${JSON.stringify(event)}\n\n`)
    .join("");
}

function split(block: Block): [Block, Record<string, unknown>[]] {
  switch (block.type) {
    case "text": {
      const cited = ((block["citations"] as unknown[] | null) ?? []).map((citation) => ({
        type: "citations_delta",
        citation,
      }));
      const parts = pieces(String(block["text"])).map((text) => ({ type: "text_delta", text }));
      return [{ type: "text", text: "", citations: cited.length > 0 ? [] : null }, [...cited, ...parts]];
    }
    case "thinking":
      return [
        { type: "thinking", thinking: "", signature: "" },
        [
          { type: "thinking_delta", thinking: block["thinking"] },
          { type: "signature_delta", signature: block["signature"] },
        ],
      ];
    default: {
      const json = pieces(JSON.stringify(block["input"])).map((partial_json) => ({
        type: "input_json_delta",
        partial_json,
      }));
      return [{ ...block, input: {} }, json];
    }
  }
}

/** Small, so that words and JSON are cut in the middle as they are in truth. */
function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,7}/g) ?? [];
}
