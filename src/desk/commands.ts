import { deliveryIds } from "../delivery-ids.ts";
import type { InboundBody, StaffCommand } from "../domain.ts";
import type { NewDelivery, Work } from "../store/store.ts";
import { lastDay, type OverviewDeps, overviewFor } from "./overview.ts";
import { pauseNow, setPause } from "./pause.ts";

export interface CommandDeps extends OverviewDeps {
  /** What answers, in words: "Claude (…)" or the offline model. */
  readonly modelName: string;
}

type CommandBody = Extract<InboundBody, { kind: "command" | "overview" }>;

/** What staff ask of Deskhand itself. Answered where they asked, for their eyes only; customers are told no. */
export async function handleCommand(work: Work, body: CommandBody, deps: CommandDeps): Promise<"done"> {
  const [{ event, seq }] = work.events;
  const nextId = deliveryIds(`command-${seq}`);
  const content = await answer();
  if (content) await deps.store.post(delivery(content), deps.now());
  await deps.store.commitDesk(work, null, deps.now());
  return "done";

  async function answer(): Promise<NewDelivery["content"] | null> {
    const { sender } = event;
    if (body.kind === "overview") {
      if (sender.role !== "staff") return null;
      return { kind: "overview", overview: await overviewFor(sender.id, deps) };
    }
    if (sender.role !== "staff") {
      return { kind: "notice", text: "This command is for the support team." };
    }
    return { kind: "notice", text: await COMMANDS[body.command](body.text.trim(), sender.name, deps) };
  }

  function delivery(content: NewDelivery["content"]): NewDelivery {
    const { address, sender } = event;
    return { id: nextId(), to: address, visibility: "private", recipient: sender.id, content, fenced: false };
  }
}

type Command = (text: string, by: string, deps: CommandDeps) => Promise<string>;

const COMMANDS: Readonly<Record<StaffCommand, Command>> = { status, pause, resume, report, find };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MOST_FOUND = 10;
const SUBJECT_SHOWN = 80;

async function status(_text: string, _by: string, deps: CommandDeps): Promise<string> {
  const { store, now } = deps;
  const open = await store.openEscalations();
  const waiting = open.filter((escalation) => escalation.status === "open");
  const longest = waiting[0] ? `, the longest for ${ago(now() - waiting[0].createdAt)}` : "";
  const { setAside } = await store.counts();
  const { cost, volume } = await lastDay(deps);
  return [
    `**AI**: ${await pauseText(deps)}, on ${deps.modelName}`,
    `**Desk**: ${waiting.length} waiting${longest}; ${open.length - waiting.length} claimed`,
    `**Last 24 hours**: ${volume.turns} customer turns, ${dollars(cost.totalMicros)}`,
    ...(setAside > 0 ? [`**Set aside**: ${setAside} (see \`deskhand doctor\`)`] : []),
    ...waiting
      .slice(0, MOST_FOUND)
      .map(({ id, ticket, customerName, place, priority }) =>
        line(`${id}: ${ticket}, ${priority}, ${customerName}`, place.link),
      ),
  ].join("\n");
}

/** `pause`, or `pause 30`: minutes. */
async function pause(text: string, by: string, { store, now }: CommandDeps): Promise<string> {
  const minutes =
    text === "" ? null : Number(/^(\d{1,5})\s*(?:m|min|minutes?)?$/i.exec(text)?.[1] ?? Number.NaN);
  if (minutes !== null && !(minutes > 0)) {
    return "Say for how many minutes, such as `pause 30`, or `pause` alone until somebody resumes it.";
  }
  const until = minutes === null ? null : now() + minutes * MINUTE;
  await setPause(store, { by, until }, now());
  const end =
    minutes === null ? "until somebody resumes it" : `for ${minutes} minute${minutes === 1 ? "" : "s"}`;
  return `The AI is paused ${end}. Each new question comes to the desk instead.`;
}

async function resume(_text: string, _by: string, { store, now }: CommandDeps): Promise<string> {
  const paused = await pauseNow(store, now());
  await setPause(store, null, now());
  return paused ? "The AI answers again." : "The AI was not paused.";
}

async function report(_text: string, _by: string, deps: CommandDeps): Promise<string> {
  const { volume, resolution, escalations, waiting, cost, ratings, feedback } = await lastDay(deps);
  const share = resolution.withoutPersonRate;
  return [
    "**The last 24 hours**",
    `- ${volume.turns} customer turns in ${volume.conversations} conversations`,
    `- ${resolution.resolved} of ${resolution.problems} problems resolved${share === null ? "" : `, ${Math.round(share * 100)} % without a person`}`,
    `- ${escalations.opened} ${escalations.opened === 1 ? "escalation" : "escalations"}; ${escalations.waitingNow} waiting now`,
    `- claimed after ${waiting.claim.medianMs === null ? "(no claim yet)" : `${ago(waiting.claim.medianMs)} (median)`}`,
    `- ratings: ${ratings.average === null ? "none" : `${ratings.average.toFixed(1)} of 5 (${ratings.count})`}`,
    `- thumbs under answers: ${feedback.helpful} up, ${feedback.unhelpful} down`,
    `- cost: ${dollars(cost.totalMicros)}`,
  ].join("\n");
}

async function find(text: string, _by: string, { store }: CommandDeps): Promise<string> {
  if (text === "")
    return "Say what to look for: a ticket's number, an e-mail, a name or words of the subject.";
  const found = await store.findTickets(text, MOST_FOUND);
  if (found.length === 0) return `No ticket holds "${text}".`;
  return found
    .map(({ ticket, status: state, priority, subject, email, link }) =>
      line(
        `${ticket} (${state}, ${priority}) ${subject.slice(0, SUBJECT_SHOWN)}${email ? `, ${email}` : ""}`,
        link,
      ),
    )
    .join("\n");
}

async function pauseText({ store, now }: CommandDeps): Promise<string> {
  const paused = await pauseNow(store, now());
  if (!paused) return "answers";
  return `paused by ${paused.by}${paused.until === null ? "" : ` for another ${ago(paused.until - now())}`}`;
}

function line(text: string, link: string | null): string {
  return `- ${text}${link === null ? "" : ` ([open](${link}))`}`;
}

function ago(ms: number): string {
  if (ms < 2 * MINUTE) return `${Math.max(1, Math.round(ms / 1_000))} s`;
  return ms < 2 * HOUR ? `${Math.round(ms / MINUTE)} min` : `${Math.round(ms / HOUR)} h`;
}

function dollars(micros: number): string {
  return `$${(micros / 1_000_000).toFixed(micros < 10_000 ? 4 : 2)}`;
}
