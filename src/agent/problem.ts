import type { Conversation, Message, Ticket } from "../store/store.ts";
import { isOpen } from "../tickets/tickets.ts";
import type { BurstReading } from "./read.ts";

const HOUR = 3_600_000;

/**
 * Where one problem ends and the next begins: what makes a second turn (and so a ticket), what closes a problem,
 * and what takes a resolved one up again.
 */

const THANKS =
  /\b(thank(?:s| you)|thx|ty|cheers|(?:much )?appreciated|danke(?:sch[oö]n)?|vielen dank|gracias|merci|(?:that|this|it)(?: has| all)? (?:worked|works|helped|solved it|fixed it|did it)|works now|working now|all (?:good|set)|(?:problem )?solved|got it|perfect|great|awesome|funktioniert(?: jetzt)?|hat geklappt|ya funciona|ça marche)(?![\p{L}])/giu;
/** What may stand beside thanks without being a request. */
const COURTESY =
  /\b(so|very|really|much|a lot|lot|again|for|your|the|you|all|help|helping|quick|fast|answer|reply|response|info|information|ok|okay|oh|ah|wow|yes|yep|yeah|hi|hey|hello|aria|deskhand|team|guys|everyone|now|it|that|this|was|is|very|i|me|man|mate|have a (?:nice|good|great) (?:day|one|weekend)|bye|goodbye|cool|nice|super|sehr|für|die|hilfe|schnelle|antwort|und|tschüss|muchas|mucho|por|la|ayuda|beaucoup|pour|votre|aide|in the end|after all|finally|sorted|and|how|what i needed|exactly|just)(?![\p{L}])/giu;
/** More words than these beside the thanks are a message of their own. */
const MOST_OTHER_WORDS = 1;
const TALK: ReadonlySet<string> = new Set(["small_talk", "feedback", "other"]);
const BUT =
  /\b(but|however|still|not|n['’]t|never|except|only|aber|nicht|immer noch|pero|todavía|mais|toujours|pas|please|bitte|por favor|de me|s['’]il)(?![\p{L}])|n['’]t\b/iu;

/** The customer says that it is settled, and nothing else: "Thanks, please send the invoice" is a request. */
export function closesProblem(question: string, reading: BurstReading): boolean {
  if (question.includes("?") || reading.frustrated || reading.policy.some((topic) => topic.requested))
    return false;
  if (!TALK.has(reading.intent) || BUT.test(question) || question.search(THANKS) === -1) return false;
  const rest = question.replaceAll(THANKS, " ").replaceAll(COURTESY, " ");
  return (rest.match(/[\p{L}\p{N}]+/gu) ?? []).length <= MOST_OTHER_WORDS;
}

const FOLLOW_UP =
  /\b(still|again|also|and what|what about|it|that|this|those|them|the same|instead|didn['’]?t|doesn['’]?t|does not|did not|not working|no luck|tried|as i said|already|immer noch|auch|trotzdem|das|todavía|sigue|también|encore|toujours|aussi|ça)\b/i;

/** A question that stands alone and was found in other articles begins a new problem; all else goes on with the last. */
export function isFollowUp(
  question: string,
  reading: BurstReading,
  foundNow: readonly string[],
  foundBefore: readonly string[],
): boolean {
  if (reading.frustrated || foundNow.length === 0) return true;
  if (foundNow[0] !== undefined && foundBefore.includes(foundNow[0])) return true;
  return FOLLOW_UP.test(question);
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
  /\b(still|again|is back|came back|reopen|not (?:fixed|solved|resolved|working)|same (?:problem|issue|error|thing)|(?:doesn|didn|isn|hasn)['’]?t|happening|immer noch|wieder|otra vez|sigue|encore|toujours)\b/i;

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

const SCORE = /^([1-5])\s*(?:(?:\/|of|out of|von|de|sur)\s*5)?\s*(?:stars?|sterne?)?\s*[.!]*$/i;
const DAY = 24 * HOUR;

/** "5", "4/5" or a thumb in the day after a ticket was resolved, when a rating was asked for; null for all else. */
export function ratingIn(
  question: string,
  conversation: Conversation,
  ticket: Ticket | null,
  now: number,
): number | null {
  if (conversation.ticket !== null || !ticket || ticket.resolvedAt === null || now - ticket.resolvedAt > DAY)
    return null;
  const score = SCORE.exec(question.trim())?.[1];
  if (score !== undefined) return Number(score);
  if (/^\s*👍/u.test(question)) return 5;
  return /^\s*👎/u.test(question) ? 1 : null;
}

const KIND_SIGNS = /^(?:[👍🙏❤💜💙🎉🙌👌😊😀✅💯]|\p{Emoji_Modifier}|\p{Variation_Selector}|\s)+$/u;

/** A thumb, hands or a heart after an answer says thanks without a word. */
export function isThanksByEmoji(question: string): boolean {
  return KIND_SIGNS.test(question) && question.trim() !== "";
}
