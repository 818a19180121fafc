import type { RESTPostAPIChannelMessageJSONBody } from "discord.js";

/** One message, as it is posted or edited. `allowed_mentions` is always said: what is not allowed calls nobody. */
export type Payload = Required<Pick<RESTPostAPIChannelMessageJSONBody, "allowed_mentions" | "flags">> &
  Pick<RESTPostAPIChannelMessageJSONBody, "content" | "components">;
