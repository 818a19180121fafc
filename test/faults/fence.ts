import type { InboundBody } from "../../src/domain.ts";
import { answerFromSources, startClaude } from "../servers/claude.ts";
import { messageBody, staffNamed } from "../servers/shop.ts";
import { type Probe, probed } from "./probed.ts";
import { seeded } from "../servers/random.ts";
import { isAi, openRig, type Rig } from "./rig.ts";

/** What the fence run came to. */
export interface Fence {
  readonly seed: number;
  readonly interleavings: number;
  /** How many different boundaries staff acted at. */
  readonly points: readonly string[];
  /** The AI's answer was out before the person's claim was committed. */
  readonly answeredBefore: number;
  /** It was written, or being written, and never left. */
  readonly silenced: number;
  readonly violations: readonly string[];
}

const QUESTION = "How do I reset my password?";

type Act = "speaks" | "claims";

/**
 * Law 4, step by step: a customer asks, and at one boundary of the turn a person from staff speaks in the thread or
 * claims it. That boundary waits until the store has answered the person's commit once. The order in which
 * commits return and messages reach the platform is written down, and nothing of the AI's may come after the claim.
 */
export async function playFence(plan: {
  readonly seed: number;
  readonly interleavings: number;
}): Promise<Fence> {
  const random = seeded(plan.seed);
  let probe: Probe = async () => undefined;
  const claude = await startClaude({
    async reply(request, n) {
      await probe("while Claude writes");
      return answerFromSources(request, n);
    },
  });
  const rig = await openRig({
    env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url },
    wrap: (store) => probed(store, (...passed) => probe(...passed)),
    async onSend(delivery) {
      if (isAi(delivery)) await probe("before send");
    },
  });
  const points = await pointsOfTurn(rig, (next) => (probe = next));
  const reached = new Set<string>();
  const violations: string[] = [];
  let answeredBefore = 0;
  let silenced = 0;
  for (let at = 0; at < plan.interleavings; at += 1) {
    // Every boundary with either act in turn; the seed turns the order.
    const point = points[(at + plan.seed) % points.length] ?? "";
    const act: Act = Math.floor(at / points.length) % 2 === random.int(2) ? "speaks" : "claims";
    const key = `c${plan.seed}-${at}`;
    const order: string[] = [];
    const outcome = Promise.withResolvers<void>();
    let acted = false;
    let acting: Promise<unknown> = Promise.resolve();
    let left = Number(point.split("#")[1]);
    const watch: Probe = async (here, args, result) => {
      if (here === "before send") order.push("ai");
      if (here !== "after commitDesk") return;
      order.push(`staff ${args?.[1] === null ? "found nothing" : String(result)}`);
      outcome.resolve();
    };
    probe = async (here, args, result) => {
      await watch(here, args, result);
      if (acted || here !== point.split("#")[0]) return;
      left -= 1;
      if (left !== 0) return;
      reached.add(point);
      acted = true;
      acting = staffActs(rig, act, key);
      await acting;
      // Where claiming itself is held up there is no outcome before it goes on.
      if (!here.endsWith("claimWork")) await outcome.promise;
    };
    await rig.says(`${key}-m`, key, QUESTION);
    await rig.app.drained();
    probe = watch;
    if (!acted) acting = staffActs(rig, act, key);
    // Also what staff began at the very last boundary, when all else was done, belongs to this interleaving.
    await acting;
    await outcome.promise;
    await rig.app.drained();
    const claim = order.indexOf("staff committed");
    const answer = order.indexOf("ai");
    // Who claims before the first turn has begun is told that there is nothing yet; words open the conversation.
    if (claim === -1 && (act === "speaks" || !order.includes("staff found nothing")))
      violations.push(`${point}: the person ${act}, and it was never committed`);
    if (claim !== -1 && order.lastIndexOf("ai") > claim)
      violations.push(`${point}: an AI message left after the person ${act}: ${order.join(", ")}`);
    if (order.filter((one) => one === "ai").length > 1) violations.push(`${point}: answered twice`);
    if (rig.chat.busy.has(key)) violations.push(`${point}: it still says that the AI is at it`);
    if (answer === -1) silenced += 1;
    else answeredBefore += 1;
  }
  await rig.close();
  await claude.close();
  violations.push(...claude.violations);
  return {
    seed: plan.seed,
    interleavings: plan.interleavings,
    points: [...reached],
    answeredBefore,
    silenced,
    violations,
  };
}

async function staffActs(rig: Rig, act: Act, key: string): Promise<unknown> {
  const body: InboundBody =
    act === "speaks"
      ? messageBody(`${key}-s`, "I have this one.", { mode: "every_post" })
      : { kind: "action", action: "claim" };
  return rig.happens(`${key}-staff`, key, body, { sender: staffNamed("sam") });
}

/** The boundaries that one plain question comes by once it is on disk, told apart by how often each was passed. */
async function pointsOfTurn(rig: Rig, listen: (probe: Probe) => void): Promise<string[]> {
  const passed: string[] = [];
  listen(async (point) => {
    const times = passed.filter((one) => one.startsWith(`${point}#`)).length;
    passed.push(`${point}#${times + 1}`);
  });
  await rig.says("dry-m", "dry", QUESTION);
  await rig.app.drained();
  listen(async () => undefined);
  return passed.slice(passed.indexOf("after acceptEvent#1"));
}
