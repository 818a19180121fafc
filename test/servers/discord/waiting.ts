import { isThread, type World } from "./world.ts";

const PATIENCE_MS = 60_000;
const SHOWN = 15;

/**
 * Resolves with the first thing that `look` finds, looking again whenever something changes. Rejects with what there
 * is after a minute: long enough for the slowest machine, so that only what never comes fails.
 */
export function waitFor<T>(
  world: World,
  look: () => T | undefined | null | false,
  what: string,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (finish: () => void) => {
      world.listeners.delete(check);
      clearTimeout(timer);
      world.timers.delete(timer);
      finish();
    };
    const check = () => {
      try {
        const found = look();
        if (found !== undefined && found !== null && found !== false) end(() => resolve(found));
      } catch (error) {
        end(() => reject(error));
      }
    };
    const timer = setTimeout(() => {
      end(() => reject(new Error(`waited ${patienceMs} ms for ${what}; there is:\n${describeWorld(world)}`)));
    }, patienceMs);
    world.timers.add(timer);
    world.listeners.add(check);
    check();
  });
}

function describeWorld(world: World): string {
  const lines = [...world.channels.values()].flatMap((channel) => {
    if (channel.messages.size === 0) return [];
    const title = `${isThread(channel) ? "thread" : "channel"} ${channel.name ?? `DM ${channel.recipient?.username}`}:`;
    const messages = [...channel.messages.values()].slice(-SHOWN).map((message) => {
      const author = message.webhook?.name ?? world.users.get(message.authorId)?.username;
      return `  ${author}: ${JSON.stringify(message.content)}`;
    });
    return [title, ...messages];
  });
  const hidden = [...world.hidden.values()].map((one) => `  ephemeral: ${JSON.stringify(one.content)}`);
  return (
    [...lines, ...hidden, ...world.violations.map((text) => `  violation: ${text}`)].join("\n") || "  nothing"
  );
}
