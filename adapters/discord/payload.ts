import type { MessageFlags, RESTPostAPIChannelMessageJSONBody } from "discord.js";

/** One message, as it is posted or edited. `allowed_mentions` is always said: what is not allowed calls nobody. */
export interface Payload extends Pick<RESTPostAPIChannelMessageJSONBody, "content" | "components"> {
  readonly allowed_mentions: NonNullable<RESTPostAPIChannelMessageJSONBody["allowed_mentions"]>;
  readonly flags: MessageFlags;
}
