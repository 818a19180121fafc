import type { Conversation, Message, Ticket } from "../store/store.ts";
import { isOpen } from "../tickets/tickets.ts";
import type { BurstReading } from "./read.ts";

const HOUR = 3_600_000;

/**
 * Where one problem ends and the next begins: what makes a second turn (and so a ticket), what closes a problem,
 * and what takes a resolved one up again.
 */

const THANKS =
  /\b(thank(?:s| you)|thx|ty|cheers|much appreciated|danke|dankesch[oö]n|gracias|merci|that (?:worked|helped|solved|fixed|did it)|works now|working now|it works|all good|solved|problem solved|got it|perfect|funktioniert jetzt|hat geklappt|ya funciona|ça marche)\b/i;
const BUT =
  /\b(but|however|still|not|n['’]t|never|again|aber|nicht|immer noch|pero|todavía|mais|toujours|pas)\b/i;
const LONGEST_THANKS = 120;

/** The customer says that it is settled, and nothing else. */
export function closesProblem(question: string, reading: BurstReading): boolean {
  if (question.length > LONGEST_THANKS || question.includes("?") || reading.frustrated) return false;
  return THANKS.test(question) && !BUT.test(question);
}

const FOLLOW_UP =
  /\b(still|again|also|and what|what about|it|that|this|those|them|the same|instead|didn['’]?t|doesn['’]?t|does not|did not|not working|no luck|tried|as i said|already|immer noch|auch|trotzdem|das|todavía|sigue|también|encore|toujours|aussi|ça)\b/i;
const SHORT_WORDS = 4;

/** A question that stands alone and was found in other articles begins a new problem; all else goes on with the last. */
export function isFollowUp(
  question: string,
  reading: BurstReading,
  foundNow: readonly string[],
  foundBefore: readonly string[],
): boolean {
  if (reading.frustrated || foundNow.length === 0) return true;
  if (foundNow[0] !== undefined && foundBefore.includes(foundNow[0])) return true;
  const words = question.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length <= SHORT_WORDS || FOLLOW_UP.test(question);
}

/** Customer turns spent on the problem before this one. */
export function turnsSoFar(
  conversation: Conversation,
  transcript: readonly Message[],
  now: number,
  quietHours: number,
): number {
  const last = transcript.at(-1);
  return !last || now - last.createdAt > quietHours * HOUR ? 0 : conversation.problemTurns;
}

const BACK_AGAIN =
  /\b(still|again|back|reopen|not (?:fixed|solved|resolved|working)|same (?:problem|issue|error|thing)|(?:doesn|didn|isn|hasn)['’]?t|happening|immer noch|wieder|otra vez|sigue|encore|toujours)\b/i;

/** The problem of a resolved ticket has come back within the time in which that counts as unresolved. */
export function isBackAgain(
  question: string,
  ticket: Ticket | null,
  now: number,
  withinHours: number,
): boolean {
  if (!ticket || isOpen(ticket.status) || ticket.resolvedAt === null) return false;
  return now - ticket.resolvedAt <= withinHours * HOUR && BACK_AGAIN.test(question);
}
