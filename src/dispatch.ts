import { deliveryIds } from "./delivery-ids.ts";
import type { Address } from "./domain.ts";
import { handleVerify, type VerifyDeps } from "./customers/verify.ts";
import { type CommandDeps, handleCommand } from "./desk/commands.ts";
import { handleFeedback, handleRating } from "./desk/rating.ts";
import type { DeskDeps } from "./desk/scene.ts";
import { handleStaff } from "./desk/staff.ts";
import { talkLane } from "./lanes.ts";
import type { Log } from "./ops/log.ts";
import { handleReveal } from "./private-answers.ts";
import type { Work } from "./store/store.ts";
import { handleOwnTickets } from "./tickets/own-tickets.ts";
import { runTurn } from "./turn.ts";
import type { TurnDeps } from "./turn-commit.ts";

export interface DispatchDeps {
  readonly turn: TurnDeps;
  readonly desk: DeskDeps;
  readonly command: CommandDeps;
  readonly verify: VerifyDeps;
  readonly log: Log;
  /** Ends what is being written for a lane. */
  readonly interrupt: (lane: string) => void;
  /** Nobody but a person will answer there now. */
  readonly hideActivity: (to: Address) => void;
}

export type Handled = "done" | "again" | "busy";

/** Who deals with a piece of work: each kind of event has one place. */
export async function dispatch(work: Work, deps: DispatchDeps, signal: AbortSignal): Promise<Handled> {
  const [{ event }] = work.events;
  const { body, sender } = event;
  switch (body.kind) {
    case "rate":
      return handleRating(work, deps.desk);
    case "feedback":
      return handleFeedback(work, body, deps.desk);
    case "reveal":
      return handleReveal(work, body, deps.desk);
    case "command":
    case "overview":
      return handleCommand(work, body, deps.command);
    case "tickets":
      return handleOwnTickets(work, deps.desk);
    case "verify":
    case "verify_code":
    case "unlink":
      return handleVerify(work, body, deps.verify);
    case "action":
    case "note":
      return sender.role === "staff" ? staffEvent(work, deps) : refused(work, deps);
    case "message":
      if (sender.role === "staff" && body.callsPerson) return personIsThere(work, deps);
      return sender.role === "staff" ? staffEvent(work, deps) : runTurn(work, deps.turn, signal);
    case "edit":
    case "delete":
    case "identity":
      return sender.role === "staff" ? staffEvent(work, deps) : runTurn(work, deps.turn, signal);
  }
}

async function staffEvent(work: Work, deps: DispatchDeps): Promise<Handled> {
  const result = await handleStaff(work, deps.desk);
  // A note or a second click takes nothing over: what the AI is writing still stands.
  if (result === "done") await silence(work, deps);
  return result === "quiet" ? "done" : result;
}

/** What the AI is writing is void once staff took over; no need to pay for the rest of it. */
async function silence(
  work: Work,
  { desk: { store }, interrupt, hideActivity }: DispatchDeps,
): Promise<void> {
  const { address, body } = work.events[0].event;
  const named = "escalationId" in body ? body.escalationId : undefined;
  const escalation = await store.findEscalation(named === undefined ? { bridge: address } : { id: named });
  const conversation = escalation ? await store.findConversation({ id: escalation.conversationId }) : null;
  const talk = conversation?.address ?? address;
  interrupt(talkLane(talk.adapter, talk.key));
  hideActivity(talk);
}

/** Staff called a person at the desk, or where nobody has asked anything. The words of the call are for no customer. */
async function personIsThere(work: Work, { desk: { store, now } }: DispatchDeps): Promise<Handled> {
  const [{ event, seq }] = work.events;
  const text = "No person was called: there is no customer's question here that waits for one.";
  await store.post(
    {
      id: deliveryIds(`call-${seq}`)(),
      to: event.address,
      visibility: "private",
      recipient: event.sender.id,
      content: { kind: "notice", text },
      fenced: false,
    },
    now(),
  );
  await store.commitDesk(work, null, now());
  return "done";
}

/** Buttons of the desk pressed by someone who is not staff change nothing. */
async function refused(work: Work, { desk, log }: DispatchDeps): Promise<Handled> {
  const [{ event, seq }] = work.events;
  log.warn(
    { person: event.sender.id, adapter: event.address.adapter },
    "a staff button was pressed by somebody who is not staff",
  );
  await desk.store.post(
    {
      id: deliveryIds(`refused-${seq}`)(),
      to: event.address,
      visibility: "private",
      recipient: event.sender.id,
      content: { kind: "notice", text: "This button is for the support team." },
      fenced: false,
    },
    desk.now(),
  );
  await desk.store.commitDesk(work, null, desk.now());
  return "done";
}
