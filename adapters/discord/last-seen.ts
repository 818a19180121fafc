import type { AdapterMemory } from "../../src/adapter.ts";
import { idOfTime, timeOfId } from "./spots.ts";
import { createWriteBehind } from "./write-behind.ts";

/** Up to where each channel was read when the connection was lost. */
export interface Gap {
  /** Messages of the channel with a greater id were not seen. */
  after(channel: string): string;
  /** Direct messages that we know of: Discord lists them nowhere. */
  readonly directs: readonly string[];
  readonly since: number;
}

/**
 * The last message seen in each channel, over a restart: from there on what was missed is read. While a gap is open (from the moment a new session begins
 * until what was said meanwhile has been read) nothing is saved, so that a crash in between leaves the gap as it was.
 */
export interface LastSeen {
  load(): Promise<void>;
  saw(channel: string, message: string, isDirect: boolean): void;
  /** A session began, or an event could not be kept: what came before is to be read again. */
  openGap(): void;
  /** Null when nothing was missed. */
  gap(): Gap | null;
  /** Everything in `gap` has been read. A gap that was opened anew meanwhile stays open. */
  closeGap(gap: Gap): void;
  flush(): Promise<void>;
}

const EVERY_MS = 3_000;
const MOST_CHANNELS = 1_000;
/** Nobody is helped by an answer after this long, and a channel that we can see again holds months. */
const LONGEST_GAP_MS = 3 * 24 * 3_600_000;
/** How far behind the newest message a channel without a mark is read: the shards do not hear at the same time. */
const MARGIN_MS = 10 * 60_000;
const PREFIX = "seen/";
const BEGAN = "began";

interface Mark {
  readonly id: string;
  readonly isDirect: boolean;
}

export function createLastSeen(
  memory: AdapterMemory,
  now: () => number,
  onError: (error: unknown) => void,
  /** Names what of Discord this process hears, when others hear the rest. */
  part = "",
): LastSeen {
  const prefix = part === "" ? PREFIX : `seen@${part}/`;
  const marks = new Map<string, Mark>();
  const dirty = new Set<string>();
  let began = idOfTime(now());
  let open: Gap | null = null;
  const behind = createWriteBehind(save, EVERY_MS, onError);

  async function save(): Promise<void> {
    if (open !== null) return;
    for (const channel of dirty) {
      const mark = marks.get(channel);
      dirty.delete(channel);
      if (mark) await memory.set(prefix + channel, `${mark.isDirect ? "dm:" : ""}${mark.id}`);
      else await memory.delete(prefix + channel);
    }
  }

  function evict(): void {
    const [oldest] = marks.keys();
    if (marks.size <= MOST_CHANNELS || oldest === undefined) return;
    marks.delete(oldest);
    dirty.add(oldest);
  }

  function freeze(): Gap {
    const then = new Map(marks);
    const newest = [...then.values()].reduce((last, { id }) => later(last, id), began);
    const unmarked = later(began, idOfTime(timeOfId(newest) - MARGIN_MS));
    return {
      after: (channel) => later(then.get(channel)?.id ?? unmarked, idOfTime(now() - LONGEST_GAP_MS)),
      directs: [...then].flatMap(([channel, { isDirect }]) => (isDirect ? [channel] : [])),
      since: timeOfId(newest),
    };
  }

  return {
    async load() {
      const before = await memory.get(BEGAN);
      if (before === null) await memory.set(BEGAN, began);
      else began = before;
      const saved = await memory.list(prefix);
      const read = saved.map(({ key, value }) => ({
        channel: key.slice(prefix.length),
        id: value.replace("dm:", ""),
        isDirect: value.startsWith("dm:"),
      }));
      for (const { channel, id, isDirect } of read.toSorted((a, b) => timeOfId(a.id) - timeOfId(b.id))) {
        marks.set(channel, { id, isDirect });
      }
    },
    saw(channel, message, isDirect) {
      const before = marks.get(channel);
      marks.delete(channel);
      marks.set(channel, { id: before ? later(before.id, message) : message, isDirect });
      dirty.add(channel);
      evict();
      behind.touch();
    },
    openGap() {
      // A copy is another gap than the one being read, so that reading that one does not close it.
      open = open ? { ...open } : freeze();
    },
    gap: () => open,
    closeGap(gap) {
      if (open !== gap) return;
      open = null;
      behind.touch();
    },
    flush: () => behind.flush(),
  };
}

/** Discord's ids grow with time; they are numbers too long for one. */
export function isAfter(id: string, other: string): boolean {
  return id.length === other.length ? id > other : id.length > other.length;
}

function later(one: string, other: string): string {
  return isAfter(one, other) ? one : other;
}
