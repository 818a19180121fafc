import type { Verdict } from "./agent/guard.ts";
import { guardWords } from "./agent/guard-draft.ts";
import type { Draft } from "./agent/loop.ts";
import { phrasesIn } from "./agent/phrases.ts";
import { turnsSoFar } from "./agent/problem.ts";
import type { BurstReading } from "./agent/read.ts";
import { writeSummary } from "./agent/summary.ts";
import { escalate } from "./desk/escalate.ts";
import { deskFor } from "./desk/place.ts";
import { relayToDesk } from "./desk/relay.ts";
import type { EscalationReason, Offer } from "./domain.ts";
import type { Found } from "./knowledge/knowledge.ts";
import type { Changes, NewDelivery } from "./store/store.ts";
import { ended, type Ending, type Turn, type TurnDeps } from "./turn-commit.ts";

/** What a turn can come to, each as the changes that its commit writes. */

export function answered(
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
  // Account data is for its owner's eyes only, wherever others may read along.
  const forOneOnly = draft.account && burst.mode !== "dm";
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
      visibility: forOneOnly ? "private" : conversation.visibility,
      recipient: forOneOnly ? customer.userId : undefined,
      text: verdict.text,
      citations: verdict.citations,
      by: "ai",
      account: draft.account,
      inReplyTo: replyTo,
      asksFeedback: true,
      offers: offersFor(turn, reading, deps),
    },
    state: settled ? "solved" : "open",
    conversation: {
      frustration: conversation.frustration + reading.frustrations,
      problemTurns: settled ? 0 : ticket || before === 0 ? before + 1 : 1,
      ticket: settled ? null : (ticket?.ticket ?? null),
    },
    deliveries: recordedForStaff(turn, deps),
    // What the model recorded is for someone to carry out; the customer's silence does not do it.
    timers: ticket && !settled && ticket.createdBy !== "ai" ? [quietTimer(conversation.id, deps)] : [],
    audit: draft.security.map((detail) => ({ kind: "refused_tool", detail })),
  });
}

/** Where an answer stopped short of the customer's own account, the way to it is a button. */
function offersFor({ context }: Turn, { intent }: BurstReading, { canVerify }: TurnDeps): Offer[] {
  const { conversation, customer } = context;
  const about = ["account", "billing", "refund", "order_status", "plan_change"].includes(intent);
  return about && customer.email === null && canVerify(conversation.address.adapter) ? ["verify_email"] : [];
}

/** A ticket that the model opened is work for someone: the desk is told, without a ping. */
function recordedForStaff({ context, tickets, nextId }: Turn, deps: TurnDeps): NewDelivery[] {
  return tickets
    .changes()
    .filter((change) => change.kind === "create" && change.by === "ai")
    .map((change) => {
      const { subject = "", priority = "normal" } = tickets.current() ?? {};
      const text = `${change.ticket} (${priority}) was recorded for ${context.customer.name}: ${subject}`;
      return {
        id: nextId(),
        to: deskFor(context.conversation.address, deps),
        visibility: "public",
        content: { kind: "notice", text },
        fenced: false,
      };
    });
}

export function thanked(turn: Turn, reading: BurstReading, deps: TurnDeps): Changes {
  const { context, tickets } = turn;
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
    say: byCode(turn, phrasesIn(reading.language).welcome),
    conversation: { frustration: 0, problemTurns: 0, ticket: null },
    cancelTimers: [`quiet:${conversation.id}`],
    state: "solved",
  });
}

/** A score written instead of clicked. */
export function rated(turn: Turn, score: number, deps: TurnDeps): Changes {
  const { conversation, ticket } = turn.context;
  return ended(turn, deps, {
    outcome: "rated",
    say: byCode(turn, phrasesIn(conversation.language).rated),
    rating: { score, comment: null, ticket: ticket?.ticket ?? null },
  });
}

/** Nothing to read in it: no text, or emoji alone. */
export function greeted(turn: Turn, deps: TurnDeps): Changes {
  const { conversation } = turn.context;
  return ended(turn, deps, {
    outcome: "greeted",
    say: byCode(turn, phrasesIn(conversation.language).nothingToRead),
  });
}

/** Too much at once: said once a minute, so that a flood does not echo. */
export function limited(turn: Turn, reading: BurstReading, deps: TurnDeps): Changes {
  const { conversation } = turn.context;
  const told = conversation.limitedAt !== null && turn.startedAt - conversation.limitedAt < 60_000;
  return ended(turn, deps, {
    outcome: "limited",
    reading,
    ...(!told && {
      say: byCode(turn, phrasesIn(reading.language).limited),
      conversation: { limitedAt: turn.startedAt },
    }),
  });
}

/** A person has it, or is on the way: what the customer wrote goes to the desk, and the AI keeps quiet. */
export function relayed(turn: Turn, deps: TurnDeps): Changes {
  const { context, burst } = turn;
  const { conversation, escalation } = context;
  const waits = conversation.holder === "waiting" && !conversation.toldWaiting;
  const tellsOnce = waits && burst.messages.length > 0 && burst.sender.id === conversation.ownerId;
  const relays = escalation ? relayToDesk(burst, escalation, conversation.address, turn.nextId) : [];
  return ended(turn, deps, {
    outcome: "relayed",
    deliveries: relays,
    ...(tellsOnce && {
      say: byCode(turn, phrasesIn(conversation.language).passedOn),
      conversation: { toldWaiting: true },
    }),
  });
}

/** To a person, with a summary: the model's own if it asked, else one small call, else the transcript's facts. */
export async function handedOver(
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
  const { userId } = context.customer;
  const facts = { transcript: context.transcript, question, rule, userRef: turn.userRef, userId };
  // Staff click as well: what a model wrote for them holds no mention, and no link that it has from nowhere.
  const { forStaff } = guardWords(
    { context, reading, question, system: deps.system },
    thought?.draft.passages ?? [],
    deps.guard,
  );
  const written = asked === undefined ? "" : forStaff(asked);
  const summary = written || (await writeSummary({ ...facts, clean: forStaff }, turn.meter, signal));
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
      attachments: burst.messages.flatMap((message) => message.attachments),
      nextId: turn.nextId,
    },
    deps,
  );
  return ended(turn, deps, {
    ...handOver,
    outcome: "escalated",
    state: "waiting",
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

function quietTimer(conversationId: number, { config, now }: TurnDeps) {
  return {
    key: `quiet:${conversationId}`,
    kind: "resolve_quiet",
    ref: String(conversationId),
    dueAt: now() + config.conversation.resolve_after_hours * 3_600_000,
  } as const;
}

/** A message that code itself says, in answer to the burst. */
function byCode({ context, burst, nextId }: Turn, text: string): NonNullable<Ending["say"]> {
  return {
    id: nextId(),
    visibility: context.conversation.visibility,
    text,
    by: "system",
    inReplyTo: burst.messages.map((message) => message.messageId),
  };
}
