import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import type { Delivery } from "../../src/domain.ts";
import { isAi, openRig, textOf } from "./rig.ts";

export interface Load {
  readonly conversations: number;
  readonly answered: number;
  /** The most answers that one conversation got. */
  readonly most: number;
  /** Answers that were not Claude's: the offline model's, or a person called. An overload that collapses has some. */
  readonly others: number;
  /** How many places in the line somebody was taken up too early or too late; 0 is first come, first served. */
  readonly furthestPlaces: number;
  /** Until all who came at once were accepted. */
  readonly acceptMs: number;
  /** Somebody new asks each half second meanwhile: the longest that one of them waited to be accepted. */
  readonly longestAcceptMs: number;
  readonly allAnsweredMs: number;
  /** The most turns that were under way at once; the others waited on disk. */
  readonly mostAtOnce: number;
  readonly heapBeforeMb: number;
  readonly heapMb: number;
}

const MODEL_SERVER = join(import.meta.dirname, "..", "..", "bench", "throughput", "model-server.ts");
const QUESTION = "How do I reset my password?";
const NEWCOMER_MS = 500;
/** One of them does not stop writing; the others must not notice. */
const CHATTY = "chatty";
const CHATTY_MESSAGES = 100;

/** So many customers ask at the same moment, and each answer takes the model `modelMs`; Claude's SDK asks it over HTTP. */
export async function playLoad(plan: {
  readonly conversations: number;
  readonly modelMs: number;
}): Promise<Load> {
  const model = spawn(process.execPath, [MODEL_SERVER, String(plan.modelMs)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [port] = (await once(model.stdout, "data")) as [Buffer];
  const sent: Delivery[] = [];
  const begun: string[] = [];
  let [heap, atOnce, mostAtOnce] = [0, 0, 0];
  const rig = await openRig({
    env: {
      ANTHROPIC_API_KEY: "sk-load",
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${port.toString().trim()}`,
    },
    // What bounds one day would only end the run.
    config: { budgets: { per_day: 100_000 } },
    wrap: (store) => ({
      ...store,
      async loadTurn(work, now) {
        begun.push(work.events[0].event.address.key);
        atOnce += 1;
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        return store.loadTurn(work, now);
      },
      async commitTurn(...args) {
        atOnce -= 1;
        return store.commitTurn(...args);
      },
    }),
    onSend(delivery) {
      sent.push(delivery);
      heap = Math.max(heap, process.memoryUsage().heapUsed);
    },
  });
  const ask = (key: string, id = `m-${key}`) =>
    rig.says(id, key, QUESTION, { sender: { id: `u-${key}`, name: key, role: "customer" } });
  const heapBefore = process.memoryUsage().heapUsed;
  const began = performance.now();
  await Promise.all(Array.from({ length: plan.conversations }, (_, at) => ask(`c${at}`)));
  const acceptMs = performance.now() - began;
  await Promise.all(Array.from({ length: CHATTY_MESSAGES }, (_, at) => ask(CHATTY, `chat${at}`)));

  let newcomers = 0;
  let longestAcceptMs = 0;
  const comes = async () => {
    newcomers += 1;
    const asked = performance.now();
    await ask(`n${newcomers}`);
    longestAcceptMs = Math.max(longestAcceptMs, performance.now() - asked);
  };
  const coming = setInterval(() => void comes(), NEWCOMER_MS);
  const early = () => sent.filter(({ to }) => isEarly(to.key));
  while (early().length < plan.conversations) await new Promise((resolve) => setTimeout(resolve, 100));
  const allAnsweredMs = performance.now() - began;
  clearInterval(coming);
  await rig.app.drained();
  await rig.close();
  model.stdin.end();

  const answers = sent.filter(({ to }) => to.key !== CHATTY);
  const times = Map.groupBy(answers, ({ to }) => to.key);
  const order = [...new Set(begun)].filter(isEarly).map((key) => Number(key.slice(1)));
  const furthest = Math.max(...order.map((key, place) => Math.abs(key - place)));
  const isClaudes = (one: Delivery) => isAi(one) && !textOf(one.content).startsWith("From our help centre");
  return {
    conversations: plan.conversations + newcomers,
    answered: times.size,
    most: Math.max(...[...times.values()].map((given) => given.length)),
    others: answers.filter((one) => !isClaudes(one)).length,
    furthestPlaces: furthest,
    acceptMs: Math.round(acceptMs),
    longestAcceptMs: Math.round(longestAcceptMs),
    allAnsweredMs: Math.round(allAnsweredMs),
    mostAtOnce,
    heapBeforeMb: Math.round(heapBefore / 1e6),
    heapMb: Math.round(heap / 1e6),
  };
}

/** Among those who came at once. */
function isEarly(key: string): boolean {
  return /^c\d/.test(key);
}
