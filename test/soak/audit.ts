import type { OutboundContent } from "../../src/domain.ts";
import { outbox } from "../../src/store/schema.ts";
import { openSqlite } from "../../src/store/open.ts";
import type { Step } from "./plan.ts";

/** What a customer wrote, in the order in which they wrote it in their thread. */
export interface Asked {
  readonly messageId: string;
  readonly talk: number;
  readonly step: Step;
  readonly at: number;
}

/** What the app put before people's eyes; `id` is unique on the platform. */
export interface Shown {
  readonly id: string;
  readonly text: string;
  readonly at: number;
}

export interface Findings {
  readonly problems: readonly string[];
  readonly answers: number;
  /** By their reason. */
  readonly handOvers: ReadonlyMap<string, number>;
  readonly relays: number;
  /** AI answers that did not go out because their customer had called a person meanwhile (law 4). */
  readonly silenced: number;
  /** Answers to several messages that came in one breath. */
  readonly toBursts: number;
  /** From a message to the answer, as people saw them. */
  readonly waits: readonly number[];
  /** Deliveries that needed more than one try. */
  readonly triedAgain: number;
}

type Row = typeof outbox.$inferSelect;

interface Replied {
  readonly row: Row;
  readonly content: Extract<OutboundContent, { kind: "reply" }>;
}

/**
 * Holds what stands on the platform against what was committed, and both against what was asked. `idsOf` reads an
 * adapter's message id.
 */
export function audit(
  database: string,
  asked: readonly Asked[],
  shown: readonly Shown[],
  idsOf: (messageId: string) => readonly string[],
): Findings {
  const problems: string[] = [];
  const { db, connection } = openSqlite(database);
  const rows = db.select().from(outbox).orderBy(outbox.seq).all();
  const aside = connection.prepare("select lane, error from inbox where state <> 'done'").all();
  connection.close();
  for (const left of aside) problems.push(`an event is not done: ${JSON.stringify(left)}`);

  const byId = new Map(shown.map((one) => [one.id, one]));
  const claimed = new Map<string, Row>();
  for (const row of rows) {
    if (row.state !== "sent" && row.state !== "cancelled") {
      problems.push(`${row.id} (${row.content.kind}) is ${row.state}: ${row.error}`);
    }
    if (row.state !== "sent" || !isMessage(row.content)) continue;
    for (const id of idsOf(row.messageId ?? "")) {
      const other = claimed.get(id);
      if (other && row.content.kind !== "card") problems.push(`${row.id} and ${other.id} are both ${id}`);
      if (!byId.has(id)) problems.push(`${row.id} was sent as ${id}, which nobody can see`);
      claimed.set(id, row);
    }
  }
  for (const { id, text } of shown) {
    if (!claimed.has(id)) problems.push(`nobody knows of ${id}, it is there twice: ${text.slice(0, 80)}`);
  }

  const replies: Replied[] = rows.flatMap((row) => {
    const { content } = row;
    return content.kind === "reply" && content.changes === undefined ? [{ row, content }] : [];
  });
  const waits: number[] = [];
  let silenced = 0;
  let relays = 0;
  const lastOf = new Map<number, { at: number; order: number }>();
  const person = new Set(asked.filter(({ step }) => step.kind === "person").map(({ talk }) => talk));
  const orderOf = new Map(shown.map(({ id }, order) => [id, order]));
  for (const { messageId, talk, step, at } of asked) {
    const name = `message ${messageId} of talk ${talk} (${step.kind}: ${step.text})`;
    const answering = replies.filter(({ content }) => content.inReplyTo.includes(messageId));
    const passedOn = rows.filter(
      ({ content }) => content.kind === "relay" && content.source?.messageId === messageId,
    );
    relays += passedOn.length;
    if (answering.length > 1) problems.push(`${name} has ${answering.length} answers`);
    if (passedOn.length > 1) problems.push(`${name} was passed on ${passedOn.length} times`);
    if (answering.length + passedOn.length === 0) problems.push(`${name} was lost`);
    const [answer] = answering;
    if (!answer) continue;
    if (answer.row.state === "cancelled") {
      silenced++;
      if (!person.has(talk)) problems.push(`the answer to ${name} was cancelled, and no person was called`);
      continue;
    }
    const ids = idsOf(answer.row.messageId ?? "");
    const first = byId.get(ids[0] ?? "");
    const order = orderOf.get(ids[0] ?? "") ?? -1;
    if (!first) {
      problems.push(
        `the answer to ${name} is ${answer.row.state} as ${answer.row.messageId}, and nobody can see it`,
      );
      continue;
    }
    waits.push(first.at - at);
    const before = lastOf.get(talk);
    if (before && before.order > order) problems.push(`${name} was answered before what came before it`);
    lastOf.set(talk, { at, order });
    const whole = ids.map((id) => byId.get(id)?.text ?? "").join("\n");
    const isAlone = answer.content.inReplyTo.length === 1;
    if (isAlone && step.title !== null && answer.content.by === "ai" && !whole.includes(step.title)) {
      problems.push(`the answer to ${name} says something else: ${whole.slice(0, 120)}`);
    }
  }
  return {
    problems,
    answers: replies.filter(({ row, content }) => row.state === "sent" && content.inReplyTo.length > 0)
      .length,
    handOvers: countBy(
      rows.flatMap(({ content }) =>
        content.kind === "card" && content.card.ping ? [content.card.reason] : [],
      ),
    ),
    relays,
    silenced,
    toBursts: replies.filter(({ content }) => content.inReplyTo.length > 1).length,
    waits,
    triedAgain: rows.filter(({ attempts }) => attempts > 1).length,
  };
}

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function isMessage({ kind }: OutboundContent): boolean {
  return kind === "reply" || kind === "relay" || kind === "card" || kind === "notice";
}
