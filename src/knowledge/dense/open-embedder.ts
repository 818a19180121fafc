import type { Embedder } from "./embedder.ts";
import { localEmbedder } from "./local.ts";
import { remoteEmbedder } from "./remote.ts";

/** The part of `knowledge` in `deskhand.yaml` that says what embeds. */
export interface EmbeddingConfig {
  readonly embedding: "local" | "none" | "openai-compatible";
  readonly embedding_url?: string | undefined;
  readonly embedding_model?: string | undefined;
  readonly embedding_key_env?: string | undefined;
}

/**
 * Null for none. Loads nothing and calls nobody before the first text. `DESKHAND_EMBEDDING=none` in the environment goes
 * before the configuration: for test runs, and for a machine that is too small.
 */
export function openEmbedder(
  config: EmbeddingConfig,
  env: NodeJS.ProcessEnv,
  options: { readonly threads?: number } = {},
): Embedder | null {
  switch (env["DESKHAND_EMBEDDING"] === "none" ? "none" : config.embedding) {
    case "none":
      return null;
    case "local":
      return localEmbedder(options);
    case "openai-compatible": {
      const key = config.embedding_key_env === undefined ? undefined : env[config.embedding_key_env];
      return remoteEmbedder({ url: config.embedding_url ?? "", model: config.embedding_model ?? "", key });
    }
  }
}
