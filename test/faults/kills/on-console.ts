import { createInterface } from "node:readline";

import { after, answerFromSources, startClaude } from "../../servers/claude.ts";
import type { Random } from "../../servers/random.ts";
import { ledgerCounts, ledgerViolations, sqliteBooks } from "./database.ts";
import { type Running, run } from "./program.ts";
import { closeShop, openShop } from "./shop.ts";
import { answersOf, CALLS_FOR_A_PERSON, QUESTIONS, type Talk, type World } from "./world.ts";

type Line = Readonly<Record<string, unknown>>;

/** The console's protocol. Who sends lines sends again what was not accepted, as its contract says. */
export async function consoleWorld(random: Random): Promise<World> {
  const claude = await startClaude({
    reply: (request, n) => {
      const answer = answerFromSources(request, n);
      return answer instanceof Promise ? answer : after(20 + random.int(150), answer);
    },
  });
  const folder = await openShop({});
  const books = sqliteBooks(folder);
  const env = { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url };
  const said = new Map<string, Line>();
  const accepted = new Set<string>();
  const heard: Line[] = [];
  const talks: Talk[] = [];
  let running: Running | null = null;
  let duplicates = 0;

  const write = (line: Line) => running?.child.stdin?.write(`${JSON.stringify(line)}\n`);
  const say = (id: string, line: Line) => {
    const whole = { ...line, id };
    said.set(id, whole);
    write(whole);
  };
  const take = (line: Line) => {
    heard.push(line);
    if (line["type"] !== "accepted") return;
    accepted.add(String(line["id"]));
    if (line["duplicate"] === true) duplicates += 1;
  };
  const answersTo = (talk: Talk) =>
    heard.filter(
      (line) => line["type"] === "reply" && line["conversation"] === talk.key && line["by"] !== "staff",
    );
  const escalationsOf = (talk: Talk) =>
    distinct(
      heard.filter((line) => line["type"] === "card" && line["conversation"] === talk.key),
      "escalation",
    );
  const staffTexts = (talk: Talk) => {
    const lines = heard.filter(
      (line) => line["type"] === "reply" && line["conversation"] === talk.key && line["by"] === "staff",
    );
    return [...new Map(lines.map((line) => [line["id"], String(line["text"])])).values()];
  };
  const newTalk = (wantsPerson: boolean) => {
    const talk: Talk = { key: `c${talks.length}`, turns: [], staffLines: [], wantsPerson };
    talks.push(talk);
    ask(talk, random.pick(wantsPerson ? CALLS_FOR_A_PERSON : QUESTIONS));
  };
  const ask = (talk: Talk, text: string) => {
    talk.turns.push(text);
    say(`${talk.key}-m${talk.turns.length}`, {
      type: "message",
      conversation: talk.key,
      channel: "private",
      user: { id: `u-${talk.key}`, name: talk.key },
      text,
    });
  };
  const speak = (talk: Talk, escalation: string) => {
    const text = `I am on it, ${talk.key}/${talk.staffLines.length}.`;
    talk.staffLines.push(text);
    say(`${talk.key}-s${talk.staffLines.length}`, {
      type: "staff",
      escalation,
      user: { id: "sam", name: "Sam" },
      text,
    });
  };

  return {
    books,
    readySign: "knowledge base",
    start(crashAt) {
      const started = run(["chat", "--json", "--config", "deskhand.yaml"], folder, env, crashAt);
      running = started;
      if (started.child.stdout)
        createInterface({ input: started.child.stdout }).on("line", (text) => take(JSON.parse(text) as Line));
      for (const [id, line] of said) if (!accepted.has(id)) write(line);
      const again = [...accepted];
      if (again.length > 0) write(said.get(random.pick(again)) ?? {});
      return started;
    },
    act() {
      const chance = random.int(10);
      const answered = talks.filter((talk) => distinct(answersTo(talk), "id").length === talk.turns.length);
      const asking = answered.filter(({ wantsPerson, turns }) => !wantsPerson && turns.length < 3);
      const waiting = answered.filter((talk) => escalationsOf(talk).length > 0 && talk.staffLines.length < 2);
      if (chance < 2 && asking.length > 0) return ask(random.pick(asking), random.pick(QUESTIONS));
      if (chance < 4 && waiting.length > 0) {
        const talk = random.pick(waiting);
        return speak(talk, escalationsOf(talk)[0] ?? "");
      }
      return newTalk(chance % 2 === 0);
    },
    redeliver() {
      for (let at = 0; at < 5 && accepted.size > 0; at += 1)
        write(said.get(random.pick([...accepted])) ?? {});
    },
    outstanding() {
      const unheard = [...said.keys()].filter((id) => !accepted.has(id));
      const open = talks.filter(
        (talk) =>
          distinct(answersTo(talk), "id").length < talk.turns.length ||
          staffTexts(talk).length < talk.staffLines.length ||
          (talk.wantsPerson && escalationsOf(talk).length === 0),
      );
      return [...unheard, ...open.map(({ key }) => `${key} is not answered`)];
    },
    async violations() {
      return [
        ...talks.flatMap((talk) =>
          answersOf(talk, { answers: distinct(answersTo(talk), "id").length, staffLines: staffTexts(talk) }),
        ),
        ...talks
          .filter((talk) => escalationsOf(talk).length !== (talk.wantsPerson ? 1 : 0))
          .map((talk) => `${talk.key}: ${escalationsOf(talk).length} escalations`),
        ...sameWords(heard),
        ...heard.filter((line) => line["type"] === "error").map((line) => JSON.stringify(line)),
        ...claude.violations,
        ...(await ledgerViolations(books, claude)),
      ];
    },
    counts: async () => ({
      messages: talks.reduce((sum, talk) => sum + talk.turns.length, 0),
      staffLines: talks.reduce((sum, talk) => sum + talk.staffLines.length, 0),
      escalations: talks.filter(({ wantsPerson }) => wantsPerson).length,
      redeliveries: duplicates,
      // At least once is what the console promises: the same delivery, with the same id and the same words.
      repeatedOnConsole: repeats(heard),
      ...(await ledgerCounts(books, claude)),
    }),
    async close() {
      await claude.close();
      closeShop(folder);
    },
  };
}

const SHOWN = new Set<unknown>(["reply", "relay", "card"]);

function distinct(lines: readonly Line[], field: string): string[] {
  return [...new Set(lines.map((line) => String(line[field])))];
}

function repeats(lines: readonly Line[]): number {
  const shown = lines.filter((line) => SHOWN.has(line["type"]));
  return shown.length - distinct(shown, "id").length;
}

/** One delivery id never stands for two texts. */
function sameWords(lines: readonly Line[]): string[] {
  const words = new Map<unknown, unknown>();
  return lines
    .filter((line) => line["type"] === "reply")
    .filter((line) => {
      const before = words.get(line["id"]);
      words.set(line["id"], line["text"]);
      return before !== undefined && before !== line["text"];
    })
    .map((line) => `delivery ${String(line["id"])} came with other words`);
}
