import type { Meter, MeteredReply } from "../costs/meter.ts";
import type { EscalationReason, Tier } from "../domain.ts";
import { DeskhandError, messageOf } from "../errors.ts";
import type { Passage } from "../knowledge/knowledge.ts";
import type { ModelCitation, ModelMessage, ModelReply, ToolCall, ToolResult } from "../models/model.ts";
import { type Tool, type ToolContext, ToolFailure, type ToolOutcome, textBlock } from "../tools/tool.ts";
import type { Route } from "./route.ts";

/** What the model and its tools came to. Nothing of it has been sent, nothing has been written. */
export type Draft = DraftBase &
  (
    | { readonly kind: "answer"; readonly text: string; readonly citations: readonly ModelCitation[] }
    | {
        readonly kind: "escalate";
        readonly reason: EscalationReason;
        readonly rule: string;
        /** True when it was the model that came to an end, false for a budget, an outage or a deadline. */
        readonly modelEnded: boolean;
        /** Written by the model when it asked itself. */
        readonly summary?: string;
      }
  );

interface DraftBase {
  readonly tier: Tier;
  readonly model: string | null;
  /** All passages the model was shown. */
  readonly passages: readonly Passage[];
  readonly usedTools: readonly UsedTool[];
  /** True when account data was in front of the model: the answer is for the customer's eyes only. */
  readonly account: boolean;
  readonly security: readonly string[];
}

export interface UsedTool {
  readonly name: string;
  readonly ok: boolean;
  readonly problem?: string;
}

export interface LoopInput {
  readonly route: Route;
  readonly system: string;
  readonly userRef: string;
  /** Builds the first messages; called again with a smaller share when the model's context was exceeded. */
  readonly messages: (share: number) => readonly ModelMessage[];
  readonly passages: readonly Passage[];
  readonly tools: Omit<ToolContext, "sawAccount">;
  /** When the turn has taken too long: then a person is called. */
  readonly deadline: AbortSignal;
}

/** Failing tools until a person is called: one bad input is mended, a broken service is not. */
const MOST_FAILURES = 3;

/**
 * Model and tools in turns, at most `route.maxRounds` calls. A failed tool is an answer to the model; a truncated
 * tool call is never run; `escalate_to_human` ends it at once. Throws only when `signal` fires.
 */
export async function runLoop(input: LoopInput, meter: Meter, signal: AbortSignal): Promise<Draft> {
  const { route } = input;
  const state = newState(input);
  for (let round = 0; round < route.maxRounds; round += 1) {
    const reply = await ask(input, state, meter, signal);
    if ("rule" in reply) return { ...ended(state, reply.reason, reply.rule), modelEnded: false };
    state.model = reply.model;
    switch (reply.kind) {
      case "answer":
        return { kind: "answer", text: reply.text, citations: reply.citations, ...facts(state) };
      case "tool_calls": {
        const escalation = await runTools(reply, input, state);
        if (escalation)
          return {
            kind: "escalate",
            rule: "the model asked for a person",
            modelEnded: true,
            ...escalation,
            ...facts(state),
          };
        if (state.failures >= MOST_FAILURES) return ended(state, "complex_technical", "tools kept failing");
        break;
      }
      case "refused":
        return ended(state, "complex_technical", `the model refused: ${reply.detail}`);
      case "truncated":
        // Half a tool call would create a ticket nobody asked for, half a sentence helps nobody: once more with room.
        if (state.room > 1)
          return ended(state, "complex_technical", "the answer did not fit the output limit");
        state.room = 2;
        break;
      case "context_exceeded":
        if (state.share < 1)
          return ended(state, "complex_technical", "the conversation is too long for the model");
        state.share = 0.25;
        state.later = [];
        break;
    }
  }
  return ended(state, "complex_technical", `no answer after ${route.maxRounds} rounds`);
}

interface LoopState {
  readonly tier: Tier;
  /** What came after the first messages: the model's turns and the tools' results. */
  later: ModelMessage[];
  model: string | null;
  room: number;
  share: number;
  failures: number;
  passages: readonly Passage[];
  usedTools: UsedTool[];
  account: boolean;
  security: string[];
}

function newState({ route, passages }: LoopInput): LoopState {
  return {
    tier: route.tier,
    later: [],
    model: null,
    room: 1,
    share: 1,
    failures: 0,
    passages,
    usedTools: [],
    account: false,
    security: [],
  };
}

interface Ended {
  readonly reason: EscalationReason;
  readonly rule: string;
}

async function ask(
  input: LoopInput,
  state: LoopState,
  meter: Meter,
  signal: AbortSignal,
): Promise<ModelReply | Ended> {
  let reply: MeteredReply;
  try {
    reply = await meter.call(
      {
        purpose: "answer",
        tier: input.route.tier,
        system: input.system,
        tools: input.route.tools.map((tool) => tool.spec),
        messages: [...input.messages(state.share), ...state.later],
        maxOutputTokens: input.route.maxOutputTokens * state.room,
        userRef: input.userRef,
      },
      AbortSignal.any([signal, input.deadline]),
    );
  } catch (error) {
    if (signal.aborted) throw error;
    if (input.deadline.aborted) return { reason: "complex_technical", rule: "the answer took too long" };
    // The ledger is asked too: a store that fails is a turn that failed and is tried again, and says nothing of the model.
    if (!(error instanceof DeskhandError) || !error.code.startsWith("model_")) throw error;
    return { reason: "complex_technical", rule: `the model could not be used: ${error.code}` };
  }
  if (reply.kind === "over_budget")
    return { reason: "complex_technical", rule: `the ${reply.budget} budget is used up` };
  return reply;
}

/** Results keep the order of the calls; each call gets one. */
async function runTools(
  reply: Extract<ModelReply, { kind: "tool_calls" }>,
  input: LoopInput,
  state: LoopState,
): Promise<ToolOutcome["escalate"]> {
  const results: ToolResult[] = [];
  for (const call of reply.calls) {
    const { outcome, result } = await runTool(call, input, state);
    if (outcome?.escalate) return outcome.escalate;
    if (outcome?.passages) state.passages = union(state.passages, outcome.passages);
    state.account ||= outcome?.account ?? false;
    results.push(result);
  }
  state.later.push(reply.turn, { role: "user", content: results });
  return undefined;
}

async function runTool(
  call: ToolCall,
  input: LoopInput,
  state: LoopState,
): Promise<{ readonly outcome?: ToolOutcome; readonly result: ToolResult }> {
  const result = (content: ToolResult["content"], isError: boolean): ToolResult => ({
    type: "tool_result",
    callId: call.id,
    isError,
    content,
  });
  try {
    const tools = { ...input.tools, sawAccount: () => state.account };
    const outcome = await toolNamed(call.name, input.route.tools).run(call.input, tools);
    state.usedTools.push({ name: call.name, ok: true });
    return { outcome, result: result(outcome.content, false) };
  } catch (error) {
    if (input.tools.signal.aborted) throw error;
    state.failures += 1;
    state.usedTools.push({ name: call.name, ok: false, problem: messageOf(error) });
    if (error instanceof ToolFailure && error.security) state.security.push(error.security);
    if (error instanceof ToolFailure && error.account) state.account = true;
    return { result: result([textBlock(explain(error))], true) };
  }
}

function toolNamed(name: string, tools: readonly Tool[]): Tool {
  const tool = tools.find((candidate) => candidate.spec.name === name);
  if (!tool) throw new ToolFailure(`There is no tool ${name}. Use one of those you were given.`);
  return tool;
}

/** A tool's own words go to the model; anything else of ours stays inside. */
function explain(error: unknown): string {
  if (error instanceof ToolFailure) return error.message;
  return "The tool could not be reached. Try once more, or hand over to a person.";
}

function union(known: readonly Passage[], more: readonly Passage[]): readonly Passage[] {
  const ids = new Set(known.map((passage) => passage.id));
  return [...known, ...more.filter((passage) => !ids.has(passage.id))];
}

function ended(
  state: LoopState,
  reason: EscalationReason,
  rule: string,
): Draft & { readonly kind: "escalate" } {
  return { kind: "escalate", reason, rule, modelEnded: true, ...facts(state) };
}

function facts({ tier, model, passages, usedTools, account, security }: LoopState): DraftBase {
  return { tier, model, passages, usedTools, account, security };
}
