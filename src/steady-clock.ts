/**
 * The time, for whatever waits: it never goes back. When the machine's clock is set back, time goes on at half speed
 * until the clock has caught up; else what was due at once (an answer, a retry, a lease that runs out) would be due in an
 * hour. A clock that is set forward is believed at once: that is what waking up from a long sleep looks like.
 *
 * @param wall the machine's clock.
 * @param elapsed milliseconds since any moment, of a clock that nobody can set.
 */
export function steadyClock(wall: () => number = Date.now, elapsed = () => performance.now()): () => number {
  let shown = wall();
  let lookedAt = elapsed();
  return () => {
    const at = elapsed();
    shown = Math.max(wall(), shown + (at - lookedAt) / 2);
    lookedAt = at;
    return Math.round(shown);
  };
}
