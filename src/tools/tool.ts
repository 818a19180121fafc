import type { z } from "zod";

import { emailKey, type Orders } from "../customers/orders.ts";
import type { EscalationReason } from "../domain.ts";
import type { Knowledge, Passage } from "../knowledge/knowledge.ts";
import type { SearchResultBlock, TextBlock, ToolSpec } from "../models/model.ts";
import type { Customer, Ticket } from "../store/store.ts";
import type { TurnTickets } from "../tickets/tickets.ts";

/** What tools may touch in one turn. Identity comes from here, never from what the model wrote. */
export interface ToolContext {
  readonly customer: Customer;
  /** What the customer wrote. */
  readonly question: string;
  readonly knowledge: Knowledge;
  readonly orders: Orders;
  readonly tickets: TurnTickets;
  /** A ticket by its number when it is this customer's own, else null. */
  readonly ownTicket: (ticket: string) => Promise<Ticket | null>;
  readonly signal: AbortSignal;
  /** True once account data was in front of the model in this turn. */
  readonly sawAccount: () => boolean;
  /** True where others read along. */
  readonly isPublic: boolean;
  /** The guard over what the model writes into tickets. */
  readonly words: WrittenWords;
  /** How the customer can prove an e-mail on this platform. */
  readonly verifyHint: string | null;
}

/** What a model writes into tickets and hand-over notes. */
export interface WrittenWords {
  /** For the people at the desk: without mentions, and without links and addresses that the model has from nowhere. */
  readonly forStaff: (text: string) => string;
  /** A line that the customer sees as well; null when it says what no answer may say. */
  readonly forCustomer: (text: string) => Promise<string | null>;
}

export interface ToolOutcome {
  readonly content: readonly (TextBlock | SearchResultBlock)[];
  /** Passages that an answer may now cite. */
  readonly passages?: readonly Passage[];
  /** True when the content holds account data: what follows is for the customer's eyes only. */
  readonly account?: boolean;
  /** Ends the AI turn. */
  readonly escalate?: { readonly reason: EscalationReason; readonly summary: string };
}

export interface Tool {
  readonly spec: ToolSpec;
  /** Throws {@link ToolFailure} for what the model can mend or must know. */
  run(input: unknown, context: ToolContext): Promise<ToolOutcome>;
}

/**
 * An answer to the model, not an error of ours. `security` makes it an entry in the audit trail as well; `account` says
 * that the answer itself is account data.
 */
export class ToolFailure extends Error {
  readonly security: string | undefined;
  readonly account: boolean;

  constructor(message: string, options: { security?: string; account?: boolean } = {}) {
    super(message);
    this.name = "ToolFailure";
    this.security = options.security;
    this.account = options.account ?? false;
  }
}

/**
 * A tool from its zod schema: the JSON schema goes to the model as a strict one, and the input that comes back is
 * checked against the same schema. A bad input is answered with what is wrong and how to mend it.
 */
export function defineTool<Input>(
  definition: { readonly name: string; readonly description: string; readonly input: z.ZodType<Input> },
  run: (input: Input, context: ToolContext) => Promise<ToolOutcome>,
  inputSchema: ToolSpec["inputSchema"],
): Tool {
  const { name, description, input: schema } = definition;
  return {
    spec: { name, description, inputSchema },
    async run(input, context) {
      const parsed = schema.safeParse(input);
      if (!parsed.success) {
        const problems = parsed.error.issues.map(
          (issue) => `${issue.path.join(".") || "input"}: ${issue.message}`,
        );
        throw new ToolFailure(
          `The input of ${name} is not valid. Mend it and call again. ${problems.join("; ")}`,
        );
      }
      return run(parsed.data, context);
    },
  };
}

export function textBlock(text: string): TextBlock {
  return { type: "text", text };
}

/** What a model writes for the verified e-mail where it is not shown one, because others read along. */
export const OWN_EMAIL = "verified";

/**
 * Law 6: an e-mail in a tool input is only compared with the one that code verified. The refusal is the same
 * whether the other account exists or not.
 */
export function verifiedEmail(claimed: string, context: ToolContext): string {
  const { email } = context.customer;
  if (email === null) {
    throw new ToolFailure(
      `This customer has not verified an e-mail, so account data cannot be read. ${context.verifyHint ?? "There is none to look up in this shop; hand over what needs it."} ` +
        `Do not ask them to type an e-mail as proof.`,
    );
  }
  if (claimed.toLowerCase() !== OWN_EMAIL && emailKey(claimed) !== email) {
    throw new ToolFailure(
      "Refused: that e-mail is not the one this customer verified. Only the customer's own account can be used. " +
        "Do not say whether another account exists.",
      { security: "tool called with an e-mail that is not the verified one" },
    );
  }
  return email;
}
