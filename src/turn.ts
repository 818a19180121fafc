import { createHash } from "node:crypto";

import { admit } from "./agent/admit.ts";
import { type Burst, foldBurst, questionOf } from "./agent/burst.ts";
import { hasCalmedDown } from "./agent/calm.ts";
import { searchFor } from "./agent/fetch.ts";
import type { Verdict } from "./agent/guard.ts";
import { guardDraft, guardWords } from "./agent/guard-draft.ts";
import { type Draft, runLoop } from "./agent/loop.ts";
import {
  closesProblem,
  isBackAgain,
  isFollowUp,
  isThanksByEmoji,
  ratingIn,
  turnsSoFar,
} from "./agent/problem.ts";
import { type BurstReading, readBurst, readLocallyWhole } from "./agent/read.ts";
import { firstTier, routeFor } from "./agent/route.ts";
import { isHeld, screen } from "./agent/screen.ts";
import { toModelMessages } from "./agent/transcript.ts";
import type { Config } from "./config/schema.ts";
import { createMeter } from "./costs/meter.ts";
import { pauseNow } from "./desk/pause.ts";
import { deliveryIds, turnId } from "./delivery-ids.ts";
import type { Tier } from "./domain.ts";
import type { Found } from "./knowledge/knowledge.ts";
import { answered, greeted, handedOver, limited, rated, relayed, thanked } from "./outcomes.ts";
import { tracedRoute } from "./ops/traced.ts";
import type { Changes, TurnContext, Work } from "./store/store.ts";
import { subjectFrom, ticketNumber, turnTickets } from "./tickets/tickets.ts";
import type { WrittenWords } from "./tools/tool.ts";
import { ended, type Turn, type TurnDeps } from "./turn-commit.ts";

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
  const isVoid = committed === "fenced" || committed === "overtaken";
  if (isVoid || !speaksTo(turn.context, changes)) deps.activity.hide();
  return isVoid ? "again" : "done";
}

function speaksTo({ conversation: { address } }: TurnContext, { deliveries = [] }: Changes): boolean {
  return deliveries.some(
    ({ to, content }) =>
      to.adapter === address.adapter &&
      to.key === address.key &&
      (content.kind === "reply" || content.kind === "notice"),
  );
}

/** A turn that failed this often is not tried with a model again: the customer gets a person. */
const FAILURES_UNTIL_PERSON = 3;

async function begin(work: Work, deps: TurnDeps): Promise<Turn> {
  const startedAt = deps.now();
  const burst = foldBurst(work);
  const loaded = await deps.store.loadTurn(work, startedAt);
  const context = withoutBurst(afresh(loaded, deps.config, startedAt), burst);
  const [{ seq }] = work.events;
  const id = turnId(work);
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
    // Another member's turn neither sees nor changes the owner's ticket.
    tickets: turnTickets(
      context.ticket?.customerId === customer.id ? context.ticket : null,
      ticketNumber(seq),
    ),
    nextId: deliveryIds(id),
    deadline: AbortSignal.timeout(deps.config.models.turn_deadline_seconds * 1_000),
    failures: work.events[0].attempts,
    userRef: createHash("sha256").update(`deskhand customer ${customer.id}`).digest("hex").slice(0, 32),
  };
}

/** What is asked once more after a hand back stands in the transcript already. */
function withoutBurst(context: TurnContext, burst: Burst): TurnContext {
  const asked = new Set(burst.messages.map((message) => message.messageId));
  return { ...context, transcript: context.transcript.filter(({ messageId }) => !asked.has(messageId)) };
}

/**
 * After a long silence what wore a customer out in spring does not count in autumn, and neither does it once they have
 * calmed down.
 */
function afresh(context: TurnContext, { conversation: rules }: Config, now: number): TurnContext {
  const { conversation, transcript } = context;
  if (conversation.frustration === 0) return context;
  const goesOn =
    turnsSoFar(conversation, transcript, now, rules.resolve_after_hours) > 0 || conversation.ticket !== null;
  if (goesOn && !hasCalmedDown(transcript)) return context;
  return { ...context, conversation: { ...conversation, frustration: 0 } };
}

/** Somebody chose "Escalate" in the message's menu. */
const CALLED = { reason: "customer_request", rule: "a person was called with the menu" } as const;

/** The way of one message: admit, read, screen, fetch, route, loop, guard. */
async function decide(turn: Turn, deps: TurnDeps, signal: AbortSignal): Promise<Changes> {
  const { context, burst, question } = turn;
  const { config } = deps;
  const { topics } = config.policy;
  // Law 10: never a bot talking to a bot, whoever has the conversation.
  if (burst.sender.role === "bot") return ended(turn, deps, { outcome: "ignored", detail: "a bot wrote it" });
  const local = readLocallyWhole(burst, { topics });
  if (isHeld(context, config, turn.startedAt)) {
    // A person who spoke without a card has not been asked for anything: what needs one still opens it.
    if (context.escalation !== null || burst.messages.length === 0) return relayed(turn, deps);
    if (burst.callsPerson) return handedOver(turn, local, CALLED, null, deps, signal);
    const asks = screen(context, local, config);
    return asks.kind === "escalate" ? handedOver(turn, local, asks, null, deps, signal) : relayed(turn, deps);
  }
  if (burst.messages.length === 0) return ended(turn, deps, { outcome: "noted" });
  const admission = admit(burst, context.conversation, context.transcript, local);
  if (admission.kind === "ignored") return ended(turn, deps, { outcome: "ignored", detail: admission.why });

  deps.activity.show("reading");
  // A turn that failed before does without the classifier's model.
  const askModelBelow = turn.failures > 0 ? 0 : deps.askModelBelow;
  const reading = await deps.span("read", {}, () =>
    readBurst(burst, { askModelBelow, topics }, turn.meter, turn.userRef, signal),
  );
  const screened = screen(context, reading, config);
  if (screened.kind === "limited") return limited(turn, reading, deps);
  const score = ratingIn(question, context.conversation, context.ticket, turn.startedAt);
  if (score !== null && burst.sender.id === context.conversation.ownerId) return rated(turn, score, deps);
  if (isThanksByEmoji(question) && context.lastAnswer) return thanked(turn, reading, deps);
  if (!/[\p{L}\p{N}]/u.test(question)) return greeted(turn, deps);
  if (isBackAgain(question, context.ticket, turn.startedAt, config.conversation.reopen_within_hours)) {
    turn.tickets.reopen();
  }
  if (burst.callsPerson) return handedOver(turn, reading, CALLED, null, deps, signal);
  if (screened.kind === "escalate") return handedOver(turn, reading, screened, null, deps, signal);
  if (turn.failures >= FAILURES_UNTIL_PERSON) {
    const rule = `the turn failed ${turn.failures} times`;
    return handedOver(turn, reading, { reason: "complex_technical", rule }, null, deps, signal);
  }
  if (closesProblem(question, reading)) return thanked(turn, reading, deps);
  const paused = await pauseNow(deps.store, deps.now());
  if (paused) {
    const rule = `${paused.by} has paused the AI`;
    // No message called the person; whoever hands back leaves them all to the AI.
    const why = { reason: "complex_technical", rule, evidence: { messages: [] } } as const;
    return handedOver(turn, reading, why, null, deps, signal);
  }

  deps.activity.show("searching");
  const found = await searchFor(question, context.transcript, reading, deps.knowledge);
  openTicketForSecondTurn(turn, reading, found, config);
  deps.activity.show("answering");
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
      route: tracedRoute(routeFor(tier, deps.config.models), deps.span),
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
        question,
        isPublic: context.conversation.visibility === "public",
        words: wordsOf(turn, reading, found, deps),
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
      deadline: turn.deadline,
    },
    turn.meter,
    signal,
  );
  const verdict = await guardDraft(
    draft,
    {
      context,
      reading,
      question,
      foundConfidence: found.answerable ? found.confidence : 0,
      system: deps.system,
    },
    deps.guard,
  );
  const goesUp = tier === 1 && verdict.kind === "reject" && verdict.retryStronger && strongerMayKnow(draft);
  if (!goesUp) return { draft, verdict };
  const second = await think(turn, reading, found, 2, deps, signal);
  // What the first tier tried and was refused stays on record.
  const { usedTools, security } = second.draft;
  const both = { usedTools: [...draft.usedTools, ...usedTools], security: [...draft.security, ...security] };
  return { ...second, draft: { ...second.draft, ...both } };
}

/** The guard over what the model writes to staff and into tickets. */
function wordsOf(
  { context, question }: Turn,
  reading: BurstReading,
  found: Found | null,
  { guard, system }: TurnDeps,
): WrittenWords {
  return guardWords({ context, reading, question, system }, found?.passages ?? [], guard);
}

/** Where code and the small model have both searched and found no article, the strong one would find the same nothing. */
function strongerMayKnow({ model, passages, usedTools }: Draft): boolean {
  const searched = usedTools.some((used) => used.name === "search_knowledge_base" && used.ok);
  return model !== "offline" && !(searched && passages.length === 0);
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
