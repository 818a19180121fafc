import { setTimeout as pause } from "node:timers/promises";

import type { InboundEvent, Intake } from "../../src/domain.ts";
import type { Log } from "../../src/ops/log.ts";
import type { Authors } from "./authors.ts";
import type { Directory } from "./directory.ts";
import { type MessagePayload, readMessage, readReaction, readRemoval, readUser } from "./gateway-payloads.ts";
import type { InOrder } from "./in-order.ts";
import type { LastSeen } from "./last-seen.ts";
import { isFromPerson, normaliseEdit, normaliseMessage, normaliseRemoval, type Scene } from "./normalise.ts";
import type { People } from "./people.ts";
import { addressIn, linkIn, type Spot, visibilityIn } from "./spots.ts";

export interface ListenDeps {
  readonly intake: Intake;
  readonly directory: Directory;
  readonly people: People;
  readonly lastSeen: LastSeen;
  readonly authors: Authors;
  readonly inOrder: InOrder;
  /** Resolves once channels and roles are known. */
  readonly ready: Promise<void>;
  /** What was missed in a channel goes before what is new in it. Never throws. */
  readonly readFirst: (channel: string, guild: string | null) => Promise<void>;
  /** An event could not be kept: somebody must read that channel again. */
  readonly onMissed: () => void;
  readonly log: Log;
  readonly now: () => number;
}

/** Gateway dispatches, as they come, to the inbox: in the order of their channel, each once it is kept. */
export interface Listener {
  message(payload: unknown): void;
  update(payload: unknown): void;
  removal(payload: unknown): void;
  reaction(payload: unknown): void;
  /** For what was said while we were away. Throw when an event could not be kept. */
  takeMessage(message: MessagePayload, spot: Spot): Promise<void>;
  takeEdit(message: MessagePayload, spot: Spot): Promise<void>;
}

const NOTE = "📝";

export function createListener(deps: ListenDeps): Listener {
  const { directory, people, lastSeen, authors, inOrder, ready, log, now } = deps;

  function soon(channel: string, task: () => Promise<void>): void {
    void inOrder.run(channel, async () => {
      try {
        await ready;
        await task();
      } catch (error) {
        log.error(
          { err: error, channel },
          "an event from Discord could not be kept; the channel is read again",
        );
        deps.onMissed();
      }
    });
  }

  async function sceneOf(message: MessagePayload, spot: Spot): Promise<Scene> {
    const guild = spot.kind === "dm" ? null : spot.guild;
    const sender = await people.of(message.author, guild, message.member);
    return { spot, sender, self: directory.self(guild), names: directory.names(guild) };
  }

  async function takeMessage(message: MessagePayload, spot: Spot): Promise<void> {
    if (!isFromPerson(message)) return;
    const event = normaliseMessage(message, await sceneOf(message, spot));
    if (!event) return;
    await keep(event, deps.intake);
    const { id, name } = event.sender;
    authors.wrote(message.id, { user: id, name, root: rootIn(event, message.id) });
  }

  async function takeEdit(message: MessagePayload, spot: Spot): Promise<void> {
    if (message.edited_timestamp === null || !isFromPerson(message)) return;
    const event = normaliseEdit(message, await sceneOf(message, spot));
    if (event) await keep(event, deps.intake);
  }

  async function takeRemoval(channel: string, guild: string | null, id: string): Promise<void> {
    const wrote = authors.of(id);
    const spot = wrote && (await directory.spot(channel, guild));
    const user = wrote && readUser({ id: wrote.user, username: wrote.name });
    if (!spot || !wrote || !user) return;
    const sender = { ...(await people.of(user, guild)), name: wrote.name };
    const event = normaliseRemoval(id, wrote.root, { spot, sender }, now());
    if (event) await keep(event, deps.intake);
  }

  return {
    takeMessage,
    takeEdit,
    message(payload) {
      const message = readMessage(payload);
      if (!message) return;
      const { channel_id: channel, guild_id: guild = null } = message;
      soon(channel, async () => {
        const spot = isFromPerson(message) ? await directory.spot(channel, guild) : null;
        if (spot) {
          await deps.readFirst(channel, guild);
          await takeMessage(message, spot);
        }
        lastSeen.saw(channel, message.id, guild === null);
      });
    },
    update(payload) {
      const message = readMessage(payload);
      if (!message || message.edited_timestamp === null || !isFromPerson(message)) return;
      soon(message.channel_id, async () => {
        const spot = await directory.spot(message.channel_id, message.guild_id ?? null);
        if (spot) await takeEdit(message, spot);
      });
    },
    removal(payload) {
      const removal = readRemoval(payload);
      if (!removal) return;
      soon(removal.channel, async () => {
        for (const id of removal.ids) await takeRemoval(removal.channel, removal.guild, id);
      });
    },
    reaction(payload) {
      const reaction = readReaction(payload);
      const user = reaction?.member?.user;
      if (!reaction || !user || reaction.emoji.name !== NOTE) return;
      soon(reaction.channel_id, async () => {
        const { message_id: messageId, channel_id: channel } = reaction;
        const author = reaction.message_author_id ?? authors.of(messageId)?.user;
        const spot = author === user.id ? await directory.spot(channel, reaction.guild_id ?? null) : null;
        if (spot?.kind !== "thread" || !spot.isDesk) return;
        const sender = await people.of(user, spot.guild, reaction.member);
        if (sender.role !== "staff") return;
        await keep(
          {
            eventId: `${messageId}:note`,
            address: addressIn(spot, messageId),
            visibility: visibilityIn(spot),
            link: linkIn(spot, messageId),
            sender,
            sentAt: now(),
            body: { kind: "note", messageId },
          },
          deps.intake,
        );
      });
    },
  };
}

/** The thread's id is the last part of its address; a channel without threads has the message itself. */
function rootIn({ address }: InboundEvent, messageId: string): string {
  return address.key.split("/")[2] ?? messageId;
}

/** Discord sends a message once: a database that is busy for a moment must not cost it. */
const PAUSES_MS = [200, 1_000, 4_000];

async function keep(event: InboundEvent, intake: Intake): Promise<void> {
  for (const pauseMs of PAUSES_MS) {
    try {
      await intake(event);
      return;
    } catch {
      await pause(pauseMs);
    }
  }
  await intake(event);
}
