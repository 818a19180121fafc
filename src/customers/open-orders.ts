import { resolve } from "node:path";

import type { Config } from "../config/schema.ts";
import { DeskhandError } from "../errors.ts";
import { openOrdersFile } from "./orders-file.ts";
import { openOrdersHttp } from "./orders-http.ts";
import type { Orders } from "./orders.ts";

export interface OpenOrdersDeps {
  /** The folder of `deskhand.yaml`, which `orders.path` is relative to. */
  readonly baseDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told what an operator should mend while lookups go on: a malformed new file, an endpoint that does not filter. */
  readonly warn: (message: string) => void;
}

/** The orders that the configuration names. Throws `config_invalid` with the key when they cannot be used as given. */
export function openOrders(config: Config["orders"], deps: OpenOrdersDeps): Orders {
  if (config.kind === "file") {
    return openOrdersFile({ path: resolve(deps.baseDir, config.path), warn: deps.warn });
  }
  if (config.kind === "http") return openHttp(config, deps);
  return { ordersOf: () => Promise.resolve([]) };
}

type HttpConfig = Extract<Config["orders"], { kind: "http" }>;

function openHttp(config: HttpConfig, { env, warn }: OpenOrdersDeps): Orders {
  const url = new URL(config.url);
  if (url.username !== "" || url.password !== "") {
    throw new DeskhandError(
      "config_invalid",
      "orders.url: holds a user name or password. Take them out, and put a token into the variable that orders.token_env names.",
    );
  }
  const token = config.token_env === undefined ? undefined : readToken(config.token_env, env);
  if (token !== undefined && url.protocol === "http:" && !isLoopback(url.hostname)) {
    warn(
      `orders.url: ${url.origin} is not encrypted, so the token and customers' e-mails can be read on the way. Use https.`,
    );
  }
  return openOrdersHttp({
    url: config.url,
    timeoutMs: config.timeout_ms,
    retries: config.retries,
    warn,
    ...(token === undefined ? {} : { token }),
  });
}

function readToken(name: string, env: OpenOrdersDeps["env"]): string {
  // A token pasted into a file often ends with a newline, which no header may hold.
  const token = env[name]?.trim() ?? "";
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  const wrong = token === "" ? "is not set" : "holds characters that no bearer token has";
  throw new DeskhandError(
    "config_invalid",
    `orders.token_env: the environment variable ${name} ${wrong}. Set it to the token of your orders endpoint, or remove orders.token_env.`,
  );
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}
