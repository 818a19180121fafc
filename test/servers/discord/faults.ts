/** What goes wrong on the way, on command: for testing what a client does about it. */

export interface Fault {
  /** 429, 500, 502, 503, or any; absent with `cut`. */
  readonly status?: number;
  /** `code` and `message` of the answer. */
  readonly code?: number;
  readonly message?: string;
  /** The connection is cut instead of an answer; discord.js then throws `UND_ERR_SOCKET` and does not repeat. */
  readonly cut?: boolean;
  /** How many requests; 1 when absent. */
  readonly times?: number;
  /** The request is carried out, and only its answer is lost. */
  readonly afterApplying?: boolean;
  /** Of a 429, in seconds; 0.1 when absent. */
  readonly retryAfter?: number;
  readonly isGlobal?: boolean;
}

export interface Faults {
  /** `route` is a method and a path whose parts in `:` stand for anything: `POST /channels/:id/messages`. */
  add(route: string, fault: Fault): void;
  take(method: string, path: string): Fault | undefined;
  /** The next requests to the route wait until so many are there, and are then carried out one after the other. */
  together(route: string, count: number): void;
  /** Resolves when the request may be carried out. */
  meet(method: string, path: string): Promise<void>;
  /** What was asked for and did not happen yet. */
  left(): readonly string[];
}

export function createFaults(): Faults {
  const meetings: { pattern: RegExp; missing: number; readonly all: PromiseWithResolvers<void> }[] = [];
  const waiting: { route: string; pattern: RegExp; fault: Fault; left: number }[] = [];
  return {
    add(route, fault) {
      waiting.push({ route, pattern: toPattern(route), fault, left: fault.times ?? 1 });
    },
    take(method, path) {
      const found = waiting.find(({ pattern, left }) => left > 0 && pattern.test(`${method} ${path}`));
      if (found) found.left--;
      return found?.fault;
    },
    together(route, count) {
      meetings.push({ pattern: toPattern(route), missing: count, all: Promise.withResolvers() });
    },
    async meet(method, path) {
      const found = meetings.find(({ pattern, missing }) => missing > 0 && pattern.test(`${method} ${path}`));
      if (!found) return;
      found.missing -= 1;
      if (found.missing === 0) found.all.resolve();
      await found.all.promise;
    },
    left: () => waiting.filter(({ left }) => left > 0).map(({ route }) => route),
  };
}

function toPattern(route: string): RegExp {
  if (!/^(GET|PUT|POST|PATCH|DELETE|\*) \//.test(route)) throw new Error(`not a method and a path: ${route}`);
  const escaped = route.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "\\w+");
  return new RegExp(`^${escaped.replace(/:\w+/g, "[^/]+")}$`);
}
