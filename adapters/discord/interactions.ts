import { type Client, DiscordAPIError, InteractionResponseType, MessageFlags, Routes } from "discord.js";

import type { InboundEvent, Intake } from "../../src/domain.ts";
import { messageOf } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { type Answer, decide, type Decision } from "./decide.ts";
import type { Directory } from "./directory.ts";
import type { Asked } from "./interaction-payloads.ts";
import { normaliseChosen } from "./normalise.ts";
import type { People } from "./people.ts";

export interface InteractionDeps {
  readonly client: Client;
  readonly intake: Intake;
  readonly directory: Directory;
  readonly people: People;
  readonly ready: Promise<void>;
  readonly log: Log;
}

const NOT_TAKEN = "Something went wrong here and this was not taken. Please try again in a moment.";

/**
 * Clicks, forms and commands. Discord waits three seconds: a form is shown at once, everything else is acknowledged as
 * soon as its event is on disk. Never rejects.
 */
export async function takeInteraction(asked: Asked, deps: InteractionDeps): Promise<void> {
  try {
    await deps.ready;
    await acknowledge(asked, await responseTo(asked, deps), deps.client);
  } catch (error) {
    // Too late, or a replay of what was answered before: Discord knows no such interaction any more.
    // Not the error itself: it carries the address of the call, and the address the token.
    const context = { interaction: asked.id, why: messageOf(error) };
    deps.log.warn(context, "a click on Discord could not be acknowledged");
  }
}

async function responseTo(asked: Asked, deps: InteractionDeps): Promise<Callback> {
  try {
    const decision = await decisionOn(asked, deps);
    if (decision.kind === "take") await deps.intake(decision.event);
    return responseOf(decision);
  } catch (error) {
    deps.log.error({ err: error, interaction: asked.id }, "a click on Discord could not be taken");
    return told(NOT_TAKEN);
  }
}

async function decisionOn(asked: Asked, { directory, people }: InteractionDeps): Promise<Decision> {
  const sender = await people.of(asked.user, asked.guild, asked.member);
  const spot = await directory.spot(asked.channel, asked.guild);
  return decide({ asked, sender, spot, chosen: await chosenIn() });

  async function chosenIn(): Promise<InboundEvent | null> {
    if (asked.what.kind !== "chosen" || !spot) return null;
    const { choice, target } = asked.what;
    const author = await people.of(target.author, asked.guild, target.member);
    const scene = {
      spot,
      sender: author,
      self: directory.self(asked.guild),
      names: directory.names(asked.guild),
    };
    return normaliseChosen(target, scene, choice);
  }
}

/** What is posted to Discord's callback. */
interface Callback {
  readonly type: InteractionResponseType;
  readonly data?: unknown;
}

function responseOf(decision: Decision): Callback {
  switch (decision.kind) {
    case "form":
      return { type: InteractionResponseType.Modal, data: decision.form };
    case "tell":
      return told(decision.text);
    case "take":
      return acknowledgement(decision.answer);
  }
}

function acknowledgement(answer: Answer): Callback {
  if (answer === "silent") return { type: InteractionResponseType.DeferredMessageUpdate };
  if (answer === "later") {
    const data = { flags: MessageFlags.Ephemeral };
    return { type: InteractionResponseType.DeferredChannelMessageWithSource, data };
  }
  return told(answer.text);
}

function told(content: string): Callback {
  const data = { content, flags: MessageFlags.Ephemeral, allowed_mentions: { parse: [] } };
  return { type: InteractionResponseType.ChannelMessageWithSource, data };
}

/** A broken line is tried once more; what Discord refuses stays refused. */
async function acknowledge({ id, token }: Asked, body: Callback, client: Client): Promise<void> {
  const post = () => client.rest.post(Routes.interactionCallback(id, token), { body, auth: false });
  try {
    await post();
  } catch (error) {
    if (error instanceof DiscordAPIError) throw error;
    await post();
  }
}
