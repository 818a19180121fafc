import { type Logger, pino } from "pino";

export type Log = Logger;

/** Never in a log, whatever object it hangs on. */
const SECRETS = ["authorization", "apiKey", "token", "password", "x-api-key"];

/** The log, as JSON lines on standard error: standard output belongs to the console. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      redact: {
        paths: SECRETS.flatMap((name) => [`*["${name}"]`, `*.*["${name}"]`, `err.headers["${name}"]`]),
        censor: "[redacted]",
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
