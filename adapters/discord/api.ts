import { type Client, type RawFile, REST, type RouteLike } from "discord.js";

export interface Call {
  readonly signal?: AbortSignal | undefined;
  readonly body?: unknown;
  readonly files?: readonly RawFile[];
  readonly query?: Readonly<Record<string, string>>;
  /** For calls whose address carries their own token: a 401 to them says nothing about the bot's. */
  readonly isTokenInPath?: true;
}

/**
 * Discord's HTTP interface as the outgoing half uses it. Every call is made once: nothing waits for a rate limit inside
 * and nothing is repeated, because the outbox does both and knows what may be repeated. Throws what discord.js throws;
 * `failures.ts` reads it.
 */
export interface Api {
  /** The answer has the shape that Discord documents for the route. */
  get<T>(route: RouteLike, call?: Call): Promise<T>;
  post<T>(route: RouteLike, call?: Call): Promise<T>;
  patch<T>(route: RouteLike, call?: Call): Promise<T>;
  put<T>(route: RouteLike, call?: Call): Promise<T>;
  delete(route: RouteLike, call?: Call): Promise<void>;
}

/** With a queue of its own beside the client's, which may wait and repeat. The client's token is read at each call. */
export function createApi(client: {
  readonly token: string | null;
  readonly options: Pick<Client["options"], "rest">;
}): Api {
  const rest = createRest(client.options.rest);
  return apiOver(() => rest.setToken(client.token ?? ""));
}

export function createRest(options: Client["options"]["rest"]): REST {
  return new REST({ ...options, retries: 0, rejectOnRateLimit: () => true });
}

/** A longer rate limit is none that passes while somebody waits for a start. */
const LONGEST_PAUSE_MS = 30_000;

/** For questions that change nothing, at a start and for the doctor: waits for a rate limit, and asks again. */
export function createPatientRest(options: Client["options"]["rest"]): REST {
  return new REST({ ...options, rejectOnRateLimit: ({ retryAfter }) => retryAfter > LONGEST_PAUSE_MS });
}

export function apiOver(rest: () => REST): Api {
  return {
    get: async <T>(route: RouteLike, call?: Call) => (await rest().get(route, optionsOf(call))) as T,
    post: async <T>(route: RouteLike, call?: Call) => (await rest().post(route, optionsOf(call))) as T,
    patch: async <T>(route: RouteLike, call?: Call) => (await rest().patch(route, optionsOf(call))) as T,
    put: async <T>(route: RouteLike, call?: Call) => (await rest().put(route, optionsOf(call))) as T,
    delete: async (route, call) => {
      await rest().delete(route, optionsOf(call));
    },
  };
}

function optionsOf({ signal, body, files, query, isTokenInPath }: Call = {}) {
  return {
    ...(signal && { signal }),
    ...(body !== undefined && { body }),
    ...(files && files.length > 0 && { files: [...files] }),
    ...(query && { query: new URLSearchParams(query) }),
    ...(isTokenInPath && { auth: false }),
  };
}
