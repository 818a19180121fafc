import { QUESTIONS } from "./questions.ts";
import { type Random, seeded } from "../servers/random.ts";

/** One message of a customer. */
export interface Step {
  readonly text: string;
  /** `words` come after a person was called: they are passed on to the desk. */
  readonly kind: "question" | "thanks" | "person" | "words";
  /** What the answer to a question quotes from. */
  readonly title: string | null;
  /** The customer reads the answer before the next message; otherwise it follows at once. */
  readonly waits: boolean;
  /** The platform tells of it once more. */
  readonly twice: boolean;
  /** The platform tells of it late, so that other threads go ahead. */
  readonly lateMs: number;
}

export interface Talk {
  readonly number: number;
  readonly steps: readonly Step[];
}

export interface Plan {
  readonly seed: number;
  readonly messages: number;
  readonly talks: readonly Talk[];
  /** For what goes wrong on the way. */
  readonly random: Random;
}

/** 2,000 messages make 300 conversations. */
const MESSAGES_A_TALK = 2_000 / 300;
const CALLS_PERSON = 0.08;
const LONGEST_DELAY_MS = 400;

/** What customers will say: the same for the same seed, and `messages` in all. */
export function planSoak(): Plan {
  const messages = Number(process.env["SOAK_MESSAGES"] ?? 120);
  const seed = Number(
    process.env["SOAK_SEED"] ?? (process.env["SOAK_MESSAGES"] ? Date.now() % 1_000_000 : 1),
  );
  const random = seeded(seed);
  const howMany = Math.max(1, Math.round(messages / MESSAGES_A_TALK));
  const talks = Array.from({ length: howMany }, (_, number) => {
    const length =
      Math.floor(((number + 1) * messages) / howMany) - Math.floor((number * messages) / howMany);
    return { number, steps: planTalk(number, length, random) };
  });
  return { seed, messages, talks, random };
}

function planTalk(number: number, length: number, random: Random): Step[] {
  const questions = random.shuffled(QUESTIONS);
  const personAt = random.chance(CALLS_PERSON) ? random.between(0, length - 1) : length;
  return Array.from({ length }, (_, at) => {
    const how = {
      waits: at === 0 || random.chance(0.7),
      twice: random.chance(0.15),
      lateMs: random.chance(0.3) ? random.between(1, LONGEST_DELAY_MS) : 0,
    };
    if (at === personAt) return { ...how, kind: "person", text: "Can I talk to a human?", title: null };
    if (at > personAt) {
      return { ...how, kind: "words", text: `One more detail (${number}/${at}).`, title: null, waits: false };
    }
    if (at > 0 && random.chance(0.08)) {
      return { ...how, kind: "thanks", text: "Thanks, that solved it!", title: null };
    }
    const [text, title] = questions[at % questions.length] ?? ["", ""];
    return { ...how, kind: "question", text, title };
  });
}
