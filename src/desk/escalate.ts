import { phrasesIn } from "../agent/phrases.ts";
import type { BurstReading } from "../agent/read.ts";
import type { Address, Attachment, EscalationReason, TicketPriority } from "../domain.ts";
import type { Knowledge, Passage } from "../knowledge/knowledge.ts";
import type { Changes, NewDelivery, Store, TurnContext } from "../store/store.ts";
import { higher, subjectFrom, type TurnTickets } from "../tickets/tickets.ts";
import { deskFor, type DeskPlaces } from "./place.ts";
import { reminderTimer } from "./reminders.ts";
import { CLAIMS_MEASURED, waitingSentence } from "./waiting.ts";
import { cardOf } from "./card.ts";

export interface EscalateDeps extends DeskPlaces {
  readonly store: Pick<Store, "claimTimes">;
  readonly knowledge: Knowledge;
  readonly now: () => number;
}

export interface EscalationPlan {
  readonly id: string;
  readonly context: TurnContext;
  readonly reading: BurstReading;
  readonly question: string;
  readonly reason: EscalationReason;
  readonly rule: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly summary: string;
  /** What was looked at before a person was called. */
  readonly passages: readonly Passage[];
  readonly usedTools: readonly { readonly name: string; readonly ok: boolean }[];
  readonly tickets: TurnTickets;
  readonly inReplyTo: readonly string[];
  /** What the customer attached to what they asked. */
  readonly attachments: readonly Attachment[];
  readonly nextId: () => string;
}

/** The part of a turn's commit that hands the conversation to a person. */
export type EscalationChanges = Required<
  Pick<Changes, "conversation" | "openEscalation" | "deliveries" | "timers" | "cancelTimers">
>;

/**
 * Law 8: an escalation is an act of code. It escalates the ticket (opening one if there is none), posts the card,
 * tells the customer with the ticket's number and an honest waiting time, and silences the AI.
 */
export async function escalate(plan: EscalationPlan, deps: EscalateDeps): Promise<EscalationChanges> {
  const { context, reason, rule, tickets } = plan;
  const { conversation, customer } = context;
  const now = deps.now();
  const priority = priorityOf(plan);
  if (!tickets.current()) {
    const description = `${plan.question}\n\nHanded over: ${rule}.`;
    tickets.open({ subject: subjectOf(plan), description, priority, email: customer.email, by: "code" });
  }
  const { ticket } = tickets.update({
    status: "escalated",
    priority,
    note: `Handed over: ${rule}.`,
    by: "code",
  });
  const desk = deskFor(conversation.address, deps);
  const opened = {
    id: plan.id,
    ticket,
    customerName: customer.email === null ? customer.name : `${customer.name} <${customer.email}>`,
    reason,
    priority,
    summary: plan.summary,
    tried: triedOf(plan),
    nextStep: await nextStepOf(plan, deps.knowledge),
    evidence: { rule, messages: plan.inReplyTo, reading: { ...plan.reading.evidence }, ...plan.evidence },
    desk,
  };
  const card = cardOf(
    {
      ...opened,
      conversationId: conversation.id,
      customerId: customer.id,
      status: "open",
      claimedBy: null,
      createdAt: now,
      reminders: 0,
      version: 0,
      bridge: null,
    },
    conversation,
    true,
  );
  return {
    conversation: { holder: "waiting", escalationId: plan.id, ticket, toldWaiting: false },
    openEscalation: opened,
    deliveries: [
      await tellCustomer(plan, ticket, deps, now),
      {
        id: plan.nextId(),
        to: desk,
        visibility: "public",
        content: { kind: "card", card },
        escalationId: plan.id,
        fenced: false,
      },
      ...filesForStaff(plan, desk),
    ],
    timers: [reminderTimer(plan.id, 0, deps.config.desk, now)].filter((timer) => timer !== null),
    cancelTimers: [`quiet:${conversation.id}`],
  };
}

/** The card tells what was written; what came with it staff must see themselves, in the card's thread. */
function filesForStaff({ id, context, attachments, nextId }: EscalationPlan, desk: Address): NewDelivery[] {
  if (attachments.length === 0) return [];
  const from = context.customer.name;
  return [
    {
      id: nextId(),
      to: desk,
      visibility: "public",
      content: { kind: "relay", escalationId: id, from, text: "", attachments },
      escalationId: id,
      fenced: false,
    },
  ];
}

async function tellCustomer(
  plan: EscalationPlan,
  ticket: string,
  deps: EscalateDeps,
  now: number,
): Promise<NewDelivery> {
  const { conversation } = plan.context;
  const phrases = phrasesIn(plan.reading.language);
  const claimTimes = await deps.store.claimTimes(CLAIMS_MEASURED);
  const text = [
    phrases.escalated[plan.reason],
    phrases.reference(ticket),
    waitingSentence(claimTimes, deps.config.desk.hours, now, phrases),
  ].join(" ");
  return {
    id: plan.nextId(),
    to: conversation.address,
    visibility: conversation.visibility,
    content: { kind: "reply", text, by: "system", citations: [], inReplyTo: plan.inReplyTo },
    escalationId: plan.id,
    fenced: false,
  };
}

function priorityOf({ reason, reading, tickets }: EscalationPlan): TicketPriority {
  const own: TicketPriority = reason === "repeated_frustration" || reading.frustrated ? "high" : "normal";
  const current = tickets.current();
  return current ? higher(current.priority, own) : own;
}

/** "Give me a human" names no problem; what was asked before it does. */
function subjectOf({ context, question, reason }: EscalationPlan): string {
  const before = context.transcript.findLast((message) => message.role === "customer");
  const says = reason !== "customer_request" && reason !== "repeated_frustration";
  return subjectFrom(says || !before || context.conversation.problemTurns === 0 ? question : before.text);
}

function triedOf({ context, passages, usedTools }: EscalationPlan): string[] {
  const answers = context.transcript.filter((message) => message.role === "ai").length;
  const articles = [
    ...new Set(passages.filter(({ audience }) => audience === "customer").map(({ title }) => title)),
  ];
  return [
    ...(answers > 0 ? [`answered ${answers} time${answers === 1 ? "" : "s"} before`] : []),
    ...(articles.length > 0 ? [`looked at: ${articles.join("; ")}`] : []),
    ...usedTools.map(({ name, ok }) => `${name}: ${ok ? "done" : "failed"}`),
  ];
}

const NEXT_STEP: Readonly<Record<EscalationReason, string>> = {
  customer_request: "Claim and say hello: the customer asked for a person.",
  policy_exception: "Decide whether to make an exception; the AI has promised nothing.",
  low_confidence: "Answer the question, and consider an article for it.",
  repeated_frustration: "Claim soon, acknowledge what went wrong, then settle it.",
  complex_technical: "Reproduce or look it up; ask for what is missing.",
};

/** Staff are pointed to what only they may read. */
const OTHER_CUSTOMER =
  "Share nothing: find out who asks and why. The AI has told them nothing of anybody else.";

async function nextStepOf(plan: EscalationPlan, knowledge: Knowledge): Promise<string> {
  const { reason, question, context } = plan;
  // "A human please" is about nothing; what was asked before it is.
  const before = context.transcript.findLast((message) => message.role === "customer");
  const problem =
    reason === "customer_request" || reason === "repeated_frustration" ? before?.text : question;
  if (plan.reading.policy.some((topic) => topic.kind === "other_customer" && topic.requested))
    return OTHER_CUSTOMER;
  if (problem === undefined) return NEXT_STEP[reason];
  // A hint is not worth an escalation that fails: without the search there is still the standing advice.
  const { passages, answerable } = await knowledge
    .search(problem, { limit: 1, audience: "internal" })
    .catch(() => ({ passages: [], answerable: false }));
  const [internal] = passages;
  if (!answerable || !internal) return NEXT_STEP[reason];
  return `${NEXT_STEP[reason]} See the internal article "${internal.title}"${internal.url ? ` (${internal.url})` : ""}.`;
}
