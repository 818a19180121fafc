import type { Citation, Delivery, EscalationReason, Person } from "../domain.ts";
import { checkStep, type Happened } from "./check.ts";
import type { ScriptedConversation, Step } from "./conversation-file.ts";
import type { CommittedTurn, ReplayCore } from "./core.ts";
import { conversationAt, eventFrom, said, threadUnder } from "./platform.ts";

/** How one conversation went. */
export interface Played {
  readonly name: string;
  readonly file: string;
  readonly expected: ScriptedConversation["escalation"];
  /** Why a person was called first; null when none was. */
  readonly escalated: EscalationReason | null;
  /** What was expected and did not come about, in words; empty when all did. */
  readonly failures: readonly string[];
  readonly tools: readonly string[];
  readonly tiers: readonly (1 | 2)[];
  readonly tickets: readonly string[];
  readonly calls: number;
  readonly costMicros: number;
  readonly turns: number;
  /** The AI answered or settled it, and no person was called. */
  readonly resolved: boolean;
  readonly ms: number;
}

const SAM: Person = { id: "sam", name: "Sam", role: "staff" };
const HOUR = 3_600_000;

/** Plays one conversation step by step; each step is finished before the next begins. */
export async function play(core: ReplayCore, script: ScriptedConversation, id: string): Promise<Played> {
  const began = performance.now();
  const place = { address: conversationAt(id), visibility: script.in } as const;
  const customer: Person = { id: `customer-${id}`, name: "Alex", role: "customer" };
  const failures: string[] = [];
  const turns: CommittedTurn[] = [];
  const outcomes: string[] = [];
  let escalationId: string | null = null;
  let opens = true;
  let count = 0;

  /** Staff write under the card, and in the customer's own thread while there is none. */
  const desk = () =>
    escalationId === null ? {} : ({ address: threadUnder(escalationId), visibility: "private" } as const);
  const bring = async (step: Step): Promise<void> => {
    count += 1;
    const eventId = `${id}-${count}`;
    const here = { ...place, sentAt: core.now() };
    if ("customer" in step) {
      const body = said(eventId, step.customer, { visibility: script.in, opens });
      opens = false;
      await core.platform.bring(eventFrom(eventId, customer, here, body));
    } else if ("staff" in step) {
      const body = said(eventId, step.staff, { visibility: script.in, opens: false });
      const at = escalationId === null ? body : { ...body, escalationId };
      await core.platform.bring(eventFrom(eventId, SAM, { ...here, ...desk() }, at));
    } else if ("action" in step) {
      const body = { kind: "action", action: step.action, ...(escalationId && { escalationId }) } as const;
      await core.platform.bring(eventFrom(eventId, SAM, { ...here, ...desk() }, body));
    } else if ("verify" in step) {
      const body = { kind: "identity", email: step.verify, method: "replay" } as const;
      await core.platform.bring(eventFrom(eventId, customer, { ...here, visibility: "private" }, body));
    } else core.putForward(step.wait_hours * HOUR);
    await core.app.drained();
  };

  if (script.verified !== undefined) await bring({ verify: script.verified });
  core.platform.take();
  core.takeTurns();
  for (const [at, step] of script.steps.entries()) {
    await bring(step);
    const committed = core.takeTurns();
    turns.push(...committed);
    outcomes.push(...committed.map(({ record }) => record.outcome));
    escalationId = committed.findLast((turn) => turn.escalationId !== null)?.escalationId ?? escalationId;
    const happened = happenedIn(core.platform.take(), place.address.key, escalationId, committed);
    if ("expect" in step) {
      failures.push(...checkStep(step.expect, happened).map((failure) => `step ${at + 1}: ${failure}`));
    }
  }
  const escalated = turns.find((turn) => turn.escalated !== null)?.escalated ?? null;
  failures.push(...wrongEscalation(script.escalation, escalated));
  const sum = (part: (turn: CommittedTurn) => number) => turns.reduce((all, turn) => all + part(turn), 0);
  return {
    name: script.name,
    file: script.file,
    expected: script.escalation,
    escalated,
    failures,
    tools: unique(turns.flatMap(({ tools }) => tools)),
    tiers: turns.flatMap(({ record }) => (record.tier === null ? [] : [record.tier])),
    tickets: unique(turns.flatMap(({ ticket }) => ticket ?? [])),
    calls: sum(({ record }) => record.calls),
    costMicros: sum(({ record }) => record.costMicros),
    turns: turns.length,
    resolved: escalated === null && outcomes.some((one) => one === "answered" || one === "settled"),
    ms: Math.round(performance.now() - began),
  };
}

function wrongEscalation(
  expected: ScriptedConversation["escalation"],
  escalated: EscalationReason | null,
): string[] {
  if (expected === "either") return [];
  if (expected === "none") {
    return escalated === null ? [] : [`a person was called (${escalated}); none should have been`];
  }
  if (escalated === null) return [`no person was called; expected ${expected}`];
  return expected === "any" || expected === escalated
    ? []
    : [`a person was called for ${escalated}; expected ${expected}`];
}

function happenedIn(
  deliveries: readonly Delivery[],
  key: string,
  escalationId: string | null,
  turns: readonly CommittedTurn[],
): Happened {
  const toCustomer: string[] = [];
  const toDesk: string[] = [];
  const citations: Citation[] = [];
  for (const { to, content } of deliveries) {
    if (content.kind === "reply" && to.key === key) {
      toCustomer.push(content.text);
      citations.push(...content.citations);
    } else if (content.kind === "card" && content.card.escalationId === escalationId) {
      const { reason, summary, nextStep, status } = content.card;
      toDesk.push([status, reason, summary, nextStep].join("\n"));
    } else if (content.kind === "relay" && content.escalationId === escalationId) toDesk.push(content.text);
    else if (content.kind === "notice") toDesk.push(content.text);
  }
  return { toCustomer, toDesk, citations, turns };
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
