import type { Adapter } from "../adapter.ts";
import type { Route } from "../agent/route.ts";
import type { Knowledge } from "../knowledge/knowledge.ts";
import type { Model } from "../models/model.ts";
import type { Store } from "../store/store.ts";
import type { Span } from "./spans.ts";

/** The parts of a turn, each making a span of what it does. Without somebody who looks they stay as they are. */

export function tracedModel(model: Model, span: Span): Model {
  return {
    nameFor: (tier) => model.nameFor(tier),
    worstCost: (request) => model.worstCost(request),
    complete: (request, signal) =>
      span("model", { purpose: request.purpose, tier: request.tier }, async (add) => {
        const reply = await model.complete(request, signal);
        const { inputTokens, outputTokens, cacheReadTokens } = reply.usage;
        add({
          model: reply.model,
          reply: reply.kind,
          input_tokens: inputTokens,
          cache_read_tokens: cacheReadTokens,
          output_tokens: outputTokens,
          cost_micros: reply.costMicros,
        });
        return reply;
      }),
  };
}

export function tracedKnowledge(knowledge: Knowledge, span: Span): Knowledge {
  return {
    expand: (passage, maxChars) => knowledge.expand(passage, maxChars),
    search: (query, options) =>
      span("search", { audience: options.audience }, async (add) => {
        const found = await knowledge.search(query, options);
        add({ answerable: found.answerable, confidence: found.confidence, passages: found.passages.length });
        return found;
      }),
  };
}

export function tracedRoute(route: Route, span: Span): Route {
  return {
    ...route,
    tools: route.tools.map((tool) => ({
      ...tool,
      run: (input, context) => span("tool", { tool: tool.spec.name }, () => tool.run(input, context)),
    })),
  };
}

export function tracedStore(store: Store, span: Span): Store {
  return {
    ...store,
    commitTurn: (work, changes, expect, now) =>
      span("commit", { outcome: changes.turn?.outcome ?? "none" }, async (add) => {
        const committed = await store.commitTurn(work, changes, expect, now);
        add({ committed });
        return committed;
      }),
  };
}

export function tracedAdapter(adapter: Adapter, span: Span): Adapter {
  return {
    ...adapter,
    send: (delivery, sending) => {
      const [turn = ""] = /^turn-\d+/.exec(delivery.id) ?? [];
      const facts = { turn, delivery: delivery.id, kind: delivery.content.kind, adapter: adapter.name };
      return span("delivery", facts, () => adapter.send(delivery, sending));
    },
  };
}
