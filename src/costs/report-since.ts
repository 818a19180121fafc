const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** What `--since` takes, for messages. */
export const SINCE_ALLOWED =
  "a number of minutes, hours or days such as 30m, 24h or 7d, or a day in the past such as 2026-11-01 (UTC)";

/** The moment that `--since` names; null when it names none, or one that is still to come. */
export function parseSince(given: string, now: number): number | null {
  const ago = /^(\d{1,6})([mhd])$/.exec(given);
  if (ago) {
    const unit = UNITS[ago[2] as keyof typeof UNITS];
    const length = Number(ago[1]) * unit;
    return length > 0 ? Math.max(0, now - length) : null;
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(given)) return null;
  const at = Date.parse(`${given}T00:00:00Z`);
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== given) return null;
  return at < now ? at : null;
}
