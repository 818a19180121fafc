import { createHash } from "node:crypto";

import { admit } from "./agent/admit.ts";
import { type Burst, foldBurst, questionOf } from "./agent/burst.ts";
import { searchFor } from "./agent/fetch.ts";
import { type GuardFacts, guardDraft, type Verdict } from "./agent/guard-draft.ts";
import { type Draft, runLoop } from "./agent/loop.ts";
import { phrasesIn } from "./agent/phrases.ts";
import { closesProblem, isBackAgain, isFollowUp, turnsSoFar } from "./agent/problem.ts";
import { type BurstReading, readBurst } from "./agent/read.ts";
import { firstTier, routeFor } from "./agent/route.ts";
import { isHeld, screen } from "./agent/screen.ts";
import { writeSummary } from "./agent/summary.ts";
import { toModelMessages } from "./agent/transcript.ts";
import type { Config } from "./config/schema.ts";
import { createMeter, type Meter } from "./costs/meter.ts";
import type { Orders } from "./customers/orders.ts";
import { deliveryIds } from "./delivery-ids.ts";
import { escalate } from "./desk/escalate.ts";
import { relayToDesk } from "./desk/relay.ts";
import type { EscalationReason, Intent, Tier } from "./domain.ts";
import type { Found, Knowledge } from "./knowledge/knowledge.ts";
import type { Model } from "./models/model.ts";
import { ticketReports, turnReport } from "./reports.ts";
import type {
  BudgetLimits,
  Changes,
  NewMessage,
  Store,
  TurnContext,
  TurnRecord,
  Work,
} from "./store/store.ts";
import { subjectFrom, ticketNumber, turnTickets, type TurnTickets } from "./tickets/tickets.ts";

export interface TurnDeps {
  readonly store: Store;
  readonly model: Model;
  readonly knowledge: Knowledge;
  readonly orders: Orders;
  readonly config: Config;
  readonly system: string;
  readonly limits: BudgetLimits;
  readonly guard: GuardFacts;
  readonly askModelBelow: number;
  readonly countTokens: (text: string) => number;
  readonly now: () => number;
  readonly wantsReports: (adapter: string) => boolean;
  readonly verifyHint: (adapter: string) => string;
  readonly showTyping: (context: TurnContext) => void;
}

/** A turn that keeps being overtaken is answered all the same after this long. */
const LONGEST_OVERTAKEN_MS = 60_000;

/**
 * One customer's burst of messages becomes one committed outcome. Nothing is written before the commit, except what
 * was paid for; `again` asks to be called anew, because a person took over or the customer changed what was asked.
 */
export async function runTurn(work: Work, deps: TurnDeps, signal: AbortSignal): Promise<"done" | "again"> {
  const turn = await begin(work, deps);
  const changes = await decide(turn, deps, signal);
  const waited = deps.now() - work.events[0].receivedAt;
  const expect = { epoch: turn.context.conversation.epoch, ignoreOvertaken: waited > LONGEST_OVERTAKEN_MS };
  const committed = await deps.store.commitTurn(work, changes, expect, deps.now());
  return committed === "fenced" || committed === "overtaken" ? "again" : "done";
}

/** One turn as far as it has come. */
interface Turn {
  readonly id: string;
  readonly escalationId: string;
  readonly context: TurnContext;
  readonly burst: Burst;
  readonly question: string;
  readonly startedAt: number;
  readonly meter: Meter;
  readonly tickets: TurnTickets;
  readonly nextId: () => string;
  /** An opaque name for the customer, for the model's provider. */
  readonly userRef: string;
}

async function begin(work: Work, deps: TurnDeps): Promise<Turn> {
  const startedAt = deps.now();
  const context = await deps.store.loadTurn(work, startedAt);
  const burst = foldBurst(work);
  const [{ seq }] = work.events;
  const id = `turn-${seq}`;
  const { conversation, customer } = context;
  const meter = createMeter(deps, {
    conversationId: conversation.id,
    customerId: customer.id,
    turnId: id,
    ticket: conversation.ticket,
  });
  return {
    id,
    escalationId: `E-${seq}`,
    context,
    burst,
    question: questionOf(burst),
    startedAt,
    meter,
    tickets: turnTickets(context.ticket, ticketNumber(seq)),
    nextId: deliveryIds(id),
    userRef: createHash("sha256").update(`deskhand customer ${customer.id}`).digest("hex").slice(0, 32),
  };
}

/** The way of one message: admit, read, screen, fetch, route, loop, guard. */
async function decide(turn: Turn, deps: TurnDeps, signal: AbortSignal): Promise<Changes> {
  const { context, burst, question } = turn;
  const { config } = deps;
  if (isHeld(context, config, turn.startedAt)) return relayed(turn, deps);
  if (burst.messages.length === 0) return ended(turn, deps, { outcome: "noted" });
  const admission = admit(burst, context.conversation, context.transcript);
  if (admission.kind === "ignored") return ended(turn, deps, { outcome: "ignored", detail: admission.why });

  deps.showTyping(context);
  const options = { askModelBelow: deps.askModelBelow, topics: config.policy.topics };
  const reading = await readBurst(burst, options, turn.meter, turn.userRef, signal);
  const screened = screen(context, reading, config);
  if (screened.kind === "limited") return limited(turn, reading, deps);
  if (isBackAgain(question, context.ticket, turn.startedAt, config.conversation.reopen_within_hours)) {
    turn.tickets.reopen();
  }
  if (screened.kind === "escalate") return handedOver(turn, reading, screened, null, deps, signal);
  if (closesProblem(question, reading)) return thanked(turn, reading, deps);

  const found = await searchFor(question, context.transcript, reading, deps.knowledge);
  openTicketForSecondTurn(turn, reading, found, config);
  const thought = await think(turn, reading, found, firstTier(reading), deps, signal);
  return thought.verdict.kind === "pass"
    ? answered(turn, reading, found, thought.draft, thought.verdict, deps)
    : handedOver(turn, reading, thought.verdict, { found, draft: thought.draft }, deps, signal);
}

interface Thought {
  readonly draft: Draft;
  readonly verdict: Verdict;
}

/** Loop and guard. What tier 1 is not sure of goes up to tier 2 once, then to a person. */
async function think(
  turn: Turn,
  reading: BurstReading,
  found: Found,
  tier: Tier,
  deps: TurnDeps,
  signal: AbortSignal,
): Promise<Thought> {
  const { context, question } = turn;
  const passages = found.answerable ? found.passages : [];
  const verifyHint = deps.verifyHint(context.conversation.address.adapter);
  const draft = await runLoop(
    {
      route: routeFor(tier, deps.config.models),
      system: deps.system,
      userRef: turn.userRef,
      messages: (share) =>
        toModelMessages(
          { ...context, reading, ticket: turn.tickets.current(), passages, question, verifyHint },
          deps.countTokens,
          share,
        ),
      passages,
      tools: {
        customer: context.customer,
        knowledge: deps.knowledge,
        orders: deps.orders,
        tickets: turn.tickets,
        ownTicket: async (ticket) => {
          const row = await deps.store.ticketOf(ticket);
          return row?.customerId === context.customer.id ? row : null;
        },
        signal,
        verifyHint,
      },
    },
    turn.meter,
    signal,
  );
  const verdict = await guardDraft(draft, { context, reading, question, system: deps.system }, deps.guard);
  const strongerMayKnow =
    verdict.kind === "reject" && verdict.retryStronger && tier === 1 && draft.model !== "offline";
  return strongerMayKnow ? think(turn, reading, found, 2, deps, signal) : { draft, verdict };
}

/** Every problem that one turn does not settle has a ticket; here code opens the one that the model did not. */
function openTicketForSecondTurn(turn: Turn, reading: BurstReading, found: Found, config: Config): void {
  const { context, question, tickets, startedAt } = turn;
  if (tickets.current() || reading.intent === "small_talk") return;
  const before = turnsSoFar(
    context.conversation,
    context.transcript,
    startedAt,
    config.conversation.resolve_after_hours,
  );
  const foundNow = found.answerable ? found.passages.map((passage) => passage.articleId) : [];
  if (before === 0 || !isFollowUp(question, reading, foundNow, context.lastAnswer?.articleIds ?? [])) return;
  const first = context.transcript.findLast((message) => message.role === "customer");
  tickets.open({
    subject: subjectFrom(first?.text ?? question),
    description: `${first ? `${first.text}\n\nThen: ` : ""}${question}`,
    priority: reading.frustrated ? "high" : "normal",
    email: context.customer.email,
    by: "code",
  });
}

function answered(
  turn: Turn,
  reading: BurstReading,
  found: Found,
  draft: Draft,
  verdict: Extract<Verdict, { kind: "pass" }>,
  deps: TurnDeps,
): Changes {
  const { context, burst, tickets, startedAt } = turn;
  const { conversation, customer } = context;
  const { conversation: rules } = deps.config;
  const current = tickets.current();
  if (current?.status === "open") tickets.update({ status: "pending", by: "code" });
  const ticket = tickets.current();
  const isPublic = conversation.visibility === "public";
  const id = turn.nextId();
  const replyTo = burst.messages.map((message) => message.messageId);
  const settled = ticket?.status === "resolved";
  const before = turnsSoFar(conversation, context.transcript, startedAt, rules.resolve_after_hours);
  return ended(turn, deps, {
    outcome: "answered",
    reading,
    found,
    draft,
    detail: verdict.mended.length > 0 ? `the guard removed ${verdict.mended.join(", ")}` : undefined,
    say: {
      id,
      visibility: isPublic && draft.account ? "private" : conversation.visibility,
      // Account data in a public place is for its owner's eyes only.
      recipient: isPublic && draft.account ? customer.userId : undefined,
      text: verdict.text,
      citations: verdict.citations,
      by: "ai",
      account: draft.account,
      inReplyTo: replyTo,
    },
    conversation: {
      frustration: conversation.frustration + reading.frustrations,
      problemTurns: settled ? 0 : ticket || before === 0 ? before + 1 : 1,
      ticket: settled ? null : (ticket?.ticket ?? null),
    },
    timers: ticket && !settled ? [quietTimer(conversation.id, deps)] : [],
    audit: draft.security.map((detail) => ({ kind: "refused_tool", detail })),
  });
}

function thanked(turn: Turn, reading: BurstReading, deps: TurnDeps): Changes {
  const { context, tickets, burst } = turn;
  const { conversation } = context;
  if (tickets.current()) {
    tickets.update({
      status: "resolved",
      note: "the customer said that it is settled",
      by: "code",
      resolvedBy: "ai",
    });
  }
  return ended(turn, deps, {
    outcome: "settled",
    reading,
    say: {
      id: turn.nextId(),
      visibility: conversation.visibility,
      text: phrasesIn(reading.language).welcome,
      by: "system",
      inReplyTo: burst.messages.map((message) => message.messageId),
    },
    conversation: { frustration: 0, problemTurns: 0, ticket: null },
    cancelTimers: [`quiet:${conversation.id}`],
  });
}

/** Too much at once: said once a minute, so that a flood does not echo. */
function limited(turn: Turn, reading: BurstReading, deps: TurnDeps): Changes {
  const { conversation } = turn.context;
  const told = conversation.limitedAt !== null && turn.startedAt - conversation.limitedAt < 60_000;
  return ended(turn, deps, {
    outcome: "limited",
    reading,
    ...(!told && {
      say: {
        id: turn.nextId(),
        visibility: conversation.visibility,
        text: phrasesIn(reading.language).limited,
        by: "system",
        inReplyTo: turn.burst.messages.map((message) => message.messageId),
      },
      conversation: { limitedAt: turn.startedAt },
    }),
  });
}

/** A person has it, or is on the way: what the customer wrote goes to the desk, and the AI keeps quiet. */
function relayed(turn: Turn, deps: TurnDeps): Changes {
  const { context, burst } = turn;
  const { conversation, escalation } = context;
  const tellsOnce =
    conversation.holder === "waiting" && !conversation.toldWaiting && burst.messages.length > 0;
  const relays = escalation ? relayToDesk(burst, escalation, turn.nextId) : [];
  return ended(turn, deps, {
    outcome: "relayed",
    deliveries: relays,
    ...(tellsOnce && {
      say: {
        id: turn.nextId(),
        visibility: conversation.visibility,
        text: phrasesIn(conversation.language).passedOn,
        by: "system",
        inReplyTo: burst.messages.map((message) => message.messageId),
      },
      conversation: { toldWaiting: true },
    }),
  });
}

/** To a person, with a summary: the model's own if it asked, else one small call, else the transcript's facts. */
async function handedOver(
  turn: Turn,
  reading: BurstReading,
  why: {
    readonly reason: EscalationReason;
    readonly rule: string;
    readonly evidence?: Readonly<Record<string, unknown>>;
    readonly security?: boolean;
  },
  thought: { readonly found: Found; readonly draft: Draft } | null,
  deps: TurnDeps,
  signal: AbortSignal,
): Promise<Changes> {
  const { context, question, burst } = turn;
  const { reason, rule } = why;
  const asked = thought?.draft.kind === "escalate" ? thought.draft.summary : undefined;
  const facts = { transcript: context.transcript, question, rule, userRef: turn.userRef };
  const summary = asked ?? (await writeSummary(facts, turn.meter, signal));
  const draft = thought?.draft ?? null;
  const handOver = await escalate(
    {
      id: turn.escalationId,
      context,
      reading,
      question,
      reason,
      rule,
      evidence: why.evidence ?? {},
      summary,
      passages: draft?.passages ?? [],
      usedTools: draft?.usedTools ?? [],
      tickets: turn.tickets,
      inReplyTo: burst.messages.map((message) => message.messageId),
      nextId: turn.nextId,
    },
    deps,
  );
  return ended(turn, deps, {
    ...handOver,
    outcome: "escalated",
    detail: `${reason}: ${rule}`,
    reading,
    ...(thought && { found: thought.found, draft: thought.draft }),
    escalation: handOver.openEscalation,
    conversation: {
      ...handOver.conversation,
      frustration: context.conversation.frustration + reading.frustrations,
    },
    audit: [
      ...(draft?.security ?? []).map((detail) => ({ kind: "refused_tool", detail })),
      ...(why.security ? [{ kind: "guard_stopped", detail: rule }] : []),
      ...(reading.policy.some((topic) => topic.kind === "other_customer" && topic.requested)
        ? [{ kind: "asked_for_other_customer", detail: rule }]
        : []),
    ],
  });
}

/** What an outcome adds to what every turn records. */
interface Ending extends Omit<
  Changes,
  "conversationId" | "messages" | "edits" | "tickets" | "turn" | "openEscalation"
> {
  readonly outcome: string;
  readonly detail?: string | undefined;
  readonly reading?: BurstReading;
  readonly found?: Found;
  readonly draft?: Draft;
  readonly escalation?: NonNullable<Changes["openEscalation"]>;
  readonly say?: {
    readonly id: string;
    readonly visibility: "public" | "private";
    readonly recipient?: string | undefined;
    readonly text: string;
    readonly citations?: Verdict extends infer V
      ? V extends { kind: "pass"; citations: infer C }
        ? C
        : never
      : never;
    readonly by: "ai" | "system";
    readonly account?: boolean;
    readonly inReplyTo: readonly string[];
  };
}

/** The one commit: the customer's messages, what is said, tickets, state, and the turn's own record. */
function ended(turn: Turn, deps: TurnDeps, ending: Ending): Changes {
  const { context, burst, tickets } = turn;
  const { conversation } = context;
  const { outcome, detail, reading, found, draft, escalation, say, deliveries = [], ...rest } = ending;
  const record = recordOf(turn, ending);
  const address = conversation.address;
  const reply = say
    ? [
        {
          id: say.id,
          to: address,
          visibility: say.visibility,
          ...(say.recipient !== undefined && { recipient: say.recipient }),
          content: {
            kind: "reply",
            text: say.text,
            by: say.by,
            citations: say.citations ?? [],
            inReplyTo: say.inReplyTo,
          } as const,
          fenced: say.by === "ai",
        },
      ]
    : [];
  const { intent, tier, model, calls, costMicros } = record;
  const reports = deps.wantsReports(address.adapter)
    ? [
        ...ticketReports(tickets.changes(), context.ticket, address, turn.nextId),
        turnReport(
          {
            turnId: turn.id,
            conversation: address,
            intent,
            tier,
            model,
            calls,
            costMicros,
            outcome,
            ...(detail !== undefined && { detail }),
          },
          turn.nextId,
        ),
      ]
    : [];
  return {
    ...rest,
    conversationId: conversation.id,
    conversation: {
      ...rest.conversation,
      lastSpeaker: burst.sender.id,
      ...(reading && { language: reading.language }),
    },
    messages: [...customerMessages(turn), ...(say ? [spoken(say, deps)] : [])],
    edits: burst.edits,
    tickets: tickets.changes(),
    ...(escalation && { openEscalation: escalation }),
    deliveries: [...reply, ...deliveries, ...reports],
    turn: record,
  };
}

function customerMessages({ burst, context }: Turn): NewMessage[] {
  const role = burst.sender.id === context.conversation.ownerId ? "customer" : "member";
  return burst.messages.map(({ messageId, text, attachments, sentAt }) => ({
    role,
    authorId: burst.sender.id,
    authorName: burst.sender.name,
    text: [text, ...attachments.map((file) => `[file: ${file.name}]`)].join("\n").trim(),
    messageId,
    createdAt: sentAt,
  }));
}

function spoken(say: NonNullable<Ending["say"]>, deps: TurnDeps): NewMessage {
  return {
    role: say.by,
    authorId: "deskhand",
    authorName: deps.config.agent.name,
    text: say.text,
    messageId: say.id,
    account: say.account ?? false,
    createdAt: deps.now(),
  };
}

function recordOf(turn: Turn, { outcome, detail, reading, found, draft, escalation }: Ending): TurnRecord {
  const intent: Intent = reading?.intent ?? "other";
  const searched = found !== undefined && intent !== "small_talk" && intent !== "feedback";
  return {
    id: turn.id,
    customerId: turn.context.customer.id,
    startedAt: turn.startedAt,
    intent,
    tier: draft?.tier ?? null,
    model: draft?.model ?? null,
    ...turn.meter.spent(),
    outcome,
    detail: detail ?? null,
    question: turn.question.slice(0, 2_000),
    answerable: searched ? found.answerable : null,
    articleIds: found?.answerable ? found.passages.map((passage) => passage.articleId) : [],
    story: {
      reading: reading ?? null,
      found: found?.passages.map(({ articleId, score }) => ({ articleId, score })) ?? [],
      confidence: found?.confidence ?? null,
      tools: draft?.usedTools ?? [],
    },
    ticket: turn.tickets.current()?.ticket ?? turn.context.conversation.ticket,
    escalationId: escalation?.id ?? turn.context.conversation.escalationId,
  };
}

function quietTimer(conversationId: number, { config, now }: TurnDeps) {
  return {
    key: `quiet:${conversationId}`,
    kind: "resolve_quiet",
    ref: String(conversationId),
    dueAt: now() + config.conversation.resolve_after_hours * 3_600_000,
  } as const;
}
