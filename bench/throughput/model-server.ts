/**
 * A model of a fixed latency, in a process of its own so that it takes no time from the program that is measured. It
 * quotes the first passage that it is shown, and cites it. Not strict: what a request must look like is held by
 * `test/servers/claude.ts`. Prints its port; ends with its parent.
 *
 *     node bench/throughput/model-server.ts LATENCY_MS
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const latencyMs = Number(process.argv[2]);
const QUOTED = 300;
let served = 0;

interface Result {
  readonly type: string;
  readonly source: string;
  readonly title: string;
  readonly content: readonly { readonly text: string }[];
}

const server = createServer((request, response) => {
  let text = "";
  request.setEncoding("utf8");
  request.on("data", (part: string) => (text += part));
  request.on("end", () => {
    const body = JSON.stringify(answerTo(JSON.parse(text) as { model: string; messages: unknown }));
    setTimeout(() => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(body);
    }, latencyMs);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, "127.0.0.1", 4_096, () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.on("end", () => process.exit(0)).resume();

function answerTo({ model, messages }: { readonly model: string; readonly messages: unknown }) {
  const result = lastResultIn(messages);
  const quote = (result?.content[0]?.text ?? "I could not find that.").slice(0, QUOTED);
  const cited = result && {
    type: "search_result_location",
    source: result.source,
    title: result.title,
    cited_text: quote,
    search_result_index: 0,
    start_block_index: 0,
    end_block_index: 1,
  };
  served += 1;
  return {
    id: `msg_${served}`,
    type: "message",
    role: "assistant",
    model,
    content: [{ type: "text", text: quote, citations: cited ? [cited] : null }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: {
      input_tokens: 800,
      output_tokens: 75,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
    },
  };
}

/** Wherever in the request it stands: the first passage of the last message that has any. */
function lastResultIn(value: unknown): Result | undefined {
  if (Array.isArray(value)) {
    const last = value.findLast((one) => lastResultIn(one) !== undefined);
    const isTurns = value.some((one) => typeof one === "object" && one !== null && "role" in one);
    return isTurns ? lastResultIn(last) : value.map(lastResultIn).find((one) => one !== undefined);
  }
  if (typeof value !== "object" || value === null) return undefined;
  if ("type" in value && value.type === "search_result") return value as Result;
  return "content" in value ? lastResultIn(value.content) : undefined;
}
