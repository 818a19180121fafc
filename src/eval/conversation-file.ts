import { readFileSync } from "node:fs";

import { parseDocument } from "yaml";
import { z } from "zod";

import { ESCALATION_REASONS } from "../domain.ts";
import { DeskhandError, messageOf } from "../errors.ts";

/** The format of a file of conversations; `examples/acme/eval/README.md` explains it to operators. */

const texts = z.union([
  z
    .string()
    .min(1)
    .transform((text) => [text]),
  z.array(z.string().min(1)),
]);

const expectation = z.strictObject({
  /** Each of these stands in what the customer got, whatever the case. */
  contains: texts.default([]),
  contains_one_of: texts.default([]),
  not_contains: texts.default([]),
  /** Each of these stands in what staff got about it: card, relayed words, notices. */
  desk_contains: texts.default([]),
  tools: texts.default([]),
  not_tools: texts.default([]),
  /** Ids of articles that the answer cites. */
  cites: texts.default([]),
  outcome: texts.default([]),
});

const expect = expectation.prefault({});

const step = z.union([
  z.strictObject({ customer: z.string().min(1), expect }),
  z.strictObject({ staff: z.string().min(1), expect }),
  z.strictObject({ action: z.enum(["claim", "resolve", "hand_back"]), expect }),
  z.strictObject({ verify: z.string().includes("@") }),
  z.strictObject({ wait_hours: z.number().positive().max(10_000) }),
]);

const conversation = z.strictObject({
  name: z.string().min(1),
  /** Where it takes place; account data is answered differently in public. */
  in: z.enum(["public", "private"]).default("private"),
  /** The e-mail that this customer has proved before the first step. */
  verified: z.string().includes("@").optional(),
  /** Whether a person should be called, and why. `any`: for whatever reason. `either`: both are right, and it is not counted. */
  escalation: z.enum(["none", "any", "either", ...ESCALATION_REASONS]),
  steps: z.array(step).min(1),
});

const file = z.strictObject({ conversations: z.array(conversation).min(1) });

export type Expectation = z.infer<typeof expectation>;
export type Step = z.infer<typeof step>;
export type ScriptedConversation = z.infer<typeof conversation> & {
  /** The file that it comes from, as it was named. */
  readonly file: string;
};

/** Throws `config_invalid` with the place of each mistake: `conversations.3.steps.0: …`. */
export function readConversations(path: string): readonly ScriptedConversation[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw invalid(path, [`cannot be read: ${messageOf(error)}`]);
  }
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    throw invalid(
      path,
      document.errors.map((error) => error.message),
    );
  }
  const parsed = file.safeParse(document.toJS());
  if (!parsed.success) {
    throw invalid(
      path,
      parsed.error.issues.map((issue) => `${issue.path.join(".") || "(the file)"}: ${issue.message}`),
    );
  }
  return parsed.data.conversations.map((one) => ({ ...one, file: path }));
}

function invalid(path: string, problems: readonly string[]): DeskhandError {
  const lines = problems.map((line) => `  - ${line}`).join("\n");
  return new DeskhandError("config_invalid", `${path} is not a file of conversations:\n${lines}`);
}
