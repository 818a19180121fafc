import { assert, integer, property, record, array, constantFrom } from "fast-check";
import { describe, expect, it } from "vitest";

import { createPacer } from "../src/pacer.ts";
import { T0 } from "./servers/shop.ts";

const EVERY = 1_000;

describe("the pacer", () => {
  it("lets the first go at once, and the next when its time has come", () => {
    const pacer = createPacer();
    expect(pacer.slot("c", EVERY, "a", T0)).toBe(T0);
    expect(pacer.slot("c", EVERY, "b", T0)).toBe(T0 + EVERY);
    expect(pacer.slot("c", EVERY, "c", T0)).toBe(T0 + 2 * EVERY);
    expect(pacer.slot("c", EVERY, "b", T0 + EVERY)).toBe(T0 + EVERY);
    expect(pacer.slot("c", EVERY, "c", T0 + EVERY), "it keeps its time").toBe(T0 + 2 * EVERY);
    expect(pacer.slot("c", EVERY, "c", T0 + 2 * EVERY)).toBe(T0 + 2 * EVERY);
  });

  it("gives nobody a second time for asking early", () => {
    const pacer = createPacer();
    pacer.slot("c", EVERY, "a", T0);
    for (let ms = 0; ms < EVERY; ms += 100) expect(pacer.slot("c", EVERY, "b", T0 + ms)).toBe(T0 + EVERY);
    expect(pacer.slot("c", EVERY, "c", T0)).toBe(T0 + 2 * EVERY);
  });

  it("makes nobody wait for another key", () => {
    const pacer = createPacer();
    pacer.slot("c", EVERY, "a", T0);
    expect(pacer.slot("d", EVERY, "b", T0)).toBe(T0);
  });

  it("lets one go at once after a rest", () => {
    const pacer = createPacer();
    pacer.slot("c", EVERY, "a", T0);
    expect(pacer.slot("c", EVERY, "b", T0 + EVERY)).toBe(T0 + EVERY);
    expect(pacer.slot("c", EVERY, "c", T0 + 10 * EVERY)).toBe(T0 + 10 * EVERY);
  });

  it("spreads those who are late, instead of letting them all go", () => {
    const pacer = createPacer();
    for (const id of ["a", "b", "c"]) pacer.slot("c", EVERY, id, T0);
    const late = T0 + 60 * EVERY;
    expect(pacer.slot("c", EVERY, "b", late)).toBe(late);
    expect(pacer.slot("c", EVERY, "c", late)).toBe(late + EVERY);
  });

  it("holds a whole key as long as the platform says, and no other", () => {
    const pacer = createPacer();
    pacer.slot("c", EVERY, "a", T0);
    pacer.slot("c", EVERY, "b", T0);
    pacer.hold("c", T0 + 30 * EVERY, T0);
    pacer.hold("c", T0 + 5 * EVERY, T0);
    expect(pacer.slot("c", EVERY, "b", T0 + EVERY), "a shorter pause does not end it").toBe(T0 + 30 * EVERY);
    expect(pacer.slot("c", EVERY, "c", T0 + EVERY)).toBe(T0 + 31 * EVERY);
    expect(pacer.slot("d", EVERY, "x", T0 + EVERY)).toBe(T0 + EVERY);
    expect(pacer.slot("c", EVERY, "b", T0 + 30 * EVERY)).toBe(T0 + 30 * EVERY);
    expect(pacer.slot("c", EVERY, "c", T0 + 30 * EVERY), "nor do all go when it ends").toBe(T0 + 31 * EVERY);
  });

  it("remembers every key that still has something to wait for, among thousands that have not", () => {
    const pacer = createPacer();
    pacer.slot("busy", EVERY, "a", T0);
    pacer.slot("busy", EVERY, "b", T0);
    pacer.hold("held", T0 + 1_000 * EVERY, T0);
    for (let n = 0; n < 5_000; n += 1) pacer.slot(`rests-${n}`, 1, "x", T0 + n / 100);
    pacer.hold("another", T0 + 9_000 * EVERY, T0 + 50);
    expect(pacer.slot("busy", EVERY, "c", T0 + 50)).toBe(T0 + 2 * EVERY);
    expect(pacer.slot("held", EVERY, "d", T0 + 50)).toBe(T0 + 1_000 * EVERY);
  });

  it("forgets those who never came back, so that they do not pile up", () => {
    const pacer = createPacer();
    for (let n = 0; n < 1_500; n += 1) pacer.slot("c", 1, `gone-${n}`, T0);
    const later = T0 + 120_000;
    expect(pacer.slot("c", 1, "a", later)).toBe(later);
    expect(pacer.slot("c", 1, "b", later)).toBe(later + 1);
    expect(pacer.slot("c", 1, "b", later + 1)).toBe(later + 1);
  });

  /** As the outbox asks: each comes again at the time that it was told, or later; some are put off by the platform. */
  it("never lets two of a key go closer than its pace, lets each go once, and in the order they came", () => {
    const coming = record({
      key: constantFrom("c", "d"),
      at: integer({ min: 0, max: 5_000 }),
      late: integer({ min: 0, max: 3 }).map((n) => n * 400),
    });
    const pauses = array(
      record({ at: integer({ min: 0, max: 5_000 }), ms: integer({ min: 1, max: 4_000 }) }),
      {
        maxLength: 3,
      },
    );
    const play = (
      all: readonly { key: string; at: number; late: number }[],
      holds: readonly { at: number; ms: number }[],
    ) => {
      const pacer = createPacer();
      const paces: Record<string, number> = { c: 700, d: 50 };
      const waiting = all
        .toSorted((one, other) => one.at - other.at)
        .map(({ key, at, late }, nr) => ({ id: `${nr}`, key, at, late, came: at }));
      const gone: { id: string; key: string; at: number; came: number }[] = [];
      const held = holds.toSorted((one, other) => one.at - other.at);
      for (let round = 0; waiting.length > 0; round += 1) {
        if (round > 20_000) throw new Error("somebody waits for ever");
        // The one whose time comes first asks; of two at once the one who came first, as the outbox takes them.
        const next = waiting.reduce((best, one) => (one.at < best.at ? one : best));
        while (held[0] && held[0].at <= next.at) {
          const { at, ms } = held[0];
          held.shift();
          pacer.hold("c", at + ms, at);
        }
        const at = pacer.slot(next.key, paces[next.key] ?? 0, next.id, next.at);
        if (at < next.at) throw new Error("a time that has passed");
        if (at === next.at) {
          waiting.splice(waiting.indexOf(next), 1);
          gone.push({ id: next.id, key: next.key, at, came: next.came });
        } else {
          next.at = at + next.late;
          next.late = 0;
        }
      }
      return gone;
    };
    assert(
      property(array(coming, { maxLength: 40 }), pauses, (all, holds) => {
        const gone = play(all, holds);
        expect(new Set(gone.map(({ id }) => id)).size).toBe(all.length);
        for (const [key, pace] of [
          ["c", 700],
          ["d", 50],
        ] as const) {
          const times = gone.filter((one) => one.key === key).map(({ at }) => at);
          const apart = times.slice(1).map((at, nr) => at - (times[nr] ?? 0));
          expect(apart.filter((ms) => ms < pace)).toEqual([]);
        }
        for (const { at, ms } of holds) {
          const during = gone.filter((one) => one.key === "c" && one.at > at && one.at < at + ms);
          expect(during).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
    assert(
      property(
        array(
          coming.map((one) => ({ ...one, late: 0 })),
          { maxLength: 40 },
        ),
        (all) => {
          for (const key of ["c", "d"]) {
            const order = play(all, [])
              .filter((one) => one.key === key)
              .map(({ id }) => Number(id));
            expect(order, "nobody who is in time is passed").toEqual(order.toSorted((a, b) => a - b));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
