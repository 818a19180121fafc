import { onTestFinished } from "vitest";

import type { OutboundContent } from "../../src/domain.ts";
import { startTarget, type Target, type TargetOptions } from "./target.ts";
import { ordersOf, type Victim, victims } from "./world.ts";

/** Two customers with an order each. */
export const [ANN, BEN] = victims(2) as [Victim, Victim];

/** Deskhand with their orders, for one test. */
export async function open(options: TargetOptions = {}): Promise<Target> {
  const target = await startTarget({ orders: ordersOf([ANN, BEN]), ...options });
  onTestFinished(() => target.close());
  return target;
}

/** What staff and customers were sent on a platform, as text. */
export function textsOf(target: Target, platform: keyof Target["platforms"]): string[] {
  return target.platforms[platform].sent.map(({ content }) => textOf(content));
}

export function textOf(content: OutboundContent): string {
  if (content.kind === "card") return content.card.summary;
  return "text" in content ? content.text : "";
}
