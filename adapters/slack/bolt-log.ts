import { type Logger, LogLevel } from "@slack/bolt";

import { messageOf } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";

/** Bolt's words in our log. Its debug lines hold whole payloads, which are customers' words, so they stay out. */
export function boltLogger(log: Log): Logger {
  const line = (parts: readonly unknown[]) => parts.map(messageOf).join(" ");
  return {
    debug: () => undefined,
    info: (...parts) => log.debug({ from: "bolt" }, line(parts)),
    warn: (...parts) => log.warn({ from: "bolt" }, line(parts)),
    error: (...parts) => log.error({ from: "bolt" }, line(parts)),
    getLevel: () => LogLevel.INFO,
    setLevel: () => undefined,
    setName: () => undefined,
  };
}
