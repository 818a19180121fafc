import { mask } from "../agent/mask.ts";

/** Too short to be told from an ordinary word. */
const SHORTEST = 8;
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|SMTP_URL|DATABASE_URL|OTEL_EXPORTER_OTLP_.*HEADERS/;

/**
 * A function that takes secrets out of a text: the values of this process's own (those of the environment variables that
 * are named as secrets are), and whatever looks like somebody's card number, key or password.
 */
export function secretsRemover(env: NodeJS.ProcessEnv): (text: string) => string {
  const own = Object.entries(env).flatMap(([name, value]) =>
    SECRET_NAME.test(name) && value !== undefined && value.trim().length >= SHORTEST
      ? [{ name, value: value.trim() }]
      : [],
  );
  // The longest first: one may stand within another.
  own.sort((a, b) => b.value.length - a.value.length);
  return (text) => mask(own.reduce((rest, { name, value }) => rest.replaceAll(value, `[${name}]`), text));
}

/** The same value with each of its strings changed, keys and all else as they are. */
export function withStrings<T>(value: T, change: (text: string) => string): T {
  const walk = (inner: unknown): unknown => {
    if (typeof inner === "string") return change(inner);
    if (Array.isArray(inner)) return inner.map(walk);
    if (typeof inner !== "object" || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, walk(one)]));
  };
  return walk(value) as T;
}
