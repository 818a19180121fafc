import type { Method } from "../api.ts";
import { assistant } from "./assistant.ts";
import { chat } from "./chat.ts";
import { conversations } from "./conversations.ts";
import { files } from "./files.ts";
import { identity } from "./identity.ts";
import { reactions } from "./reactions.ts";
import { views } from "./views.ts";

/** Every method of the Web API that is served, but `apps.connections.open`, which belongs to the socket. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries({ ...assistant, ...chat, ...conversations, ...files, ...identity, ...reactions, ...views }),
);
