import { openRig } from "./rig.ts";

export interface Load {
  readonly conversations: number;
  readonly answered: number;
  /** The most answers that one conversation got. */
  readonly most: number;
  /** How far, as a share of the line, somebody was answered before those who had come earlier; 0 is first come, first served. */
  readonly outOfOrder: number;
  readonly acceptMs: number;
  readonly allAnsweredMs: number;
  readonly heapMb: number;
}

/** So many customers ask at the same moment, and each answer takes the model `modelMs`. */
export async function playLoad(plan: {
  readonly conversations: number;
  readonly modelMs: number;
}): Promise<Load> {
  const order: number[] = [];
  let heap = 0;
  const rig = await openRig({
    config: { budgets: { per_day: 1_000 } },
    wrap: (store) => ({
      ...store,
      async reserveCall(reserved, limits, now) {
        // Where the model would be waited for: the lane is held, the process is free.
        await new Promise((resolve) => setTimeout(resolve, plan.modelMs));
        return store.reserveCall(reserved, limits, now);
      },
    }),
    onSend({ to }) {
      order.push(Number(to.key.slice(1)));
      heap = Math.max(heap, process.memoryUsage().heapUsed);
    },
  });
  const began = performance.now();
  const from = (at: number) => ({ id: `u${at}`, name: `u${at}`, role: "customer" as const });
  await Promise.all(
    Array.from({ length: plan.conversations }, (_, at) =>
      rig.says(`m${at}`, `c${at}`, "How do I reset my password?", { sender: from(at) }),
    ),
  );
  const acceptMs = performance.now() - began;
  await rig.app.drained();
  const allAnsweredMs = performance.now() - began;
  await rig.close();
  const times = Map.groupBy(order, (key) => key);
  const furthest = Math.max(...order.map((key, place) => Math.abs(key - place)));
  return {
    conversations: plan.conversations,
    answered: times.size,
    most: Math.max(...[...times.values()].map((answers) => answers.length)),
    outOfOrder: furthest / plan.conversations,
    acceptMs: Math.round(acceptMs),
    allAnsweredMs: Math.round(allAnsweredMs),
    heapMb: Math.round(heap / 1e6),
  };
}
