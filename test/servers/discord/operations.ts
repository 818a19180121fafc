import { commandRoutes } from "./routes-commands.ts";
import { guildRoutes } from "./routes-guild.ts";
import { interactionRoutes } from "./interaction-replies.ts";
import { messageRoutes } from "./routes-messages.ts";
import { threadRoutes } from "./routes-threads.ts";
import { webhookRoutes } from "./routes-webhooks.ts";
import type { Routes } from "./call.ts";

/** Every operation that this server plays, by Discord's name for it. */
export const ROUTES: Routes = {
  ...messageRoutes,
  ...threadRoutes,
  ...guildRoutes,
  ...webhookRoutes,
  ...commandRoutes,
  ...interactionRoutes,
};

/** Those of the gateway are played by the gateway. */
export const OPERATIONS: readonly string[] = [...Object.keys(ROUTES), "get_gateway", "get_bot_gateway"];
