import { z } from "zod";

import type { ModelRequest, SearchResultBlock, TextBlock, ToolResult } from "./model.ts";

/** What the offline model reads out of a request: the question, what stands before it, what a tool gave. */
export interface Asked {
  readonly question: string;
  readonly email: string | null;
  readonly passages: readonly SearchResultBlock[];
  /** How to prove an e-mail; null where there is no account data. */
  readonly verify: string | null;
  readonly ticket: string | null;
}

/** Reads the last question out of the request, as the transcript wrote it. */
export function questionOf(request: ModelRequest): Asked {
  for (const message of request.messages.toReversed()) {
    if (message.role !== "user") continue;
    const texts = message.content.filter((block): block is TextBlock => block.type === "text");
    const text = texts.at(-1)?.text;
    if (text === undefined) continue;
    // The customer cannot write this label; what stands outside it is theirs and proves nothing.
    const context = /<context>\n([\s\S]*?)\n<\/context>/.exec(text)?.[1] ?? "";
    const passages = message.content.filter(
      (block): block is SearchResultBlock => block.type === "search_result",
    );
    return {
      question: /<customer_message>\n?([\s\S]*?)\n?<\/customer_message>\s*$/.exec(text)?.[1] ?? text,
      email: /^verified e-mail: (?:(\S+@\S+)$|"(\w+)")/m.exec(context)?.slice(1).find(Boolean) ?? null,
      passages,
      ticket: /^open ticket: (T-\d+)/m.exec(context)?.[1] ?? null,
      verify: /^how to verify: (.+)$/m.exec(context)?.[1] ?? null,
    };
  }
  return { question: "", email: null, passages: [], verify: null, ticket: null };
}

export function toolResults(request: ModelRequest): ToolResult[] {
  const last = request.messages.at(-1);
  if (last?.role !== "user") return [];
  return last.content.filter((block): block is ToolResult => block.type === "tool_result");
}

export function orderNumber(text: string): string | null {
  return /#[A-Za-z]*-?\d[\w-]*|\b[A-Z]{1,5}-?\d{3,}\b/.exec(text)?.[0] ?? null;
}

const ordersResult = z.object({
  orders: z
    .array(
      z.object({
        id: z.string(),
        description: z.string(),
        status: z.string(),
        last_updated: z.string().nullable(),
        details: z.record(z.string(), z.string()),
      }),
    )
    .min(1),
});

/** The result of `get_order_status` as a list for the customer; null when it is something else. */
export function orderLines(json: string): string | null {
  const parsed = ordersResult.safeParse(parseJson(json));
  if (!parsed.success) return null;
  return parsed.data.orders
    .map(({ id, description, status, last_updated, details }) => {
      const updated = last_updated === null ? "" : `, last updated ${last_updated.slice(0, 10)}`;
      const more = Object.entries(details).map(([label, value]) => `${label}: ${value}`);
      return `- **${id}** (${description}): ${status}${updated}${more.length > 0 ? `. ${more.join("; ")}` : ""}`;
    })
    .join("\n");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The number out of the result of `create_support_ticket`; null when it is something else. */
export function ticketNumber(json: string): string | null {
  const parsed = z.object({ ticket: z.string() }).safeParse(parseJson(json));
  return parsed.success ? parsed.data.ticket : null;
}
