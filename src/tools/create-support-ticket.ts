import { z } from "zod";

import { TICKET_PRIORITIES } from "../domain.ts";
import { subjectFrom } from "../tickets/tickets.ts";
import { defineTool, textBlock, verifiedEmail } from "./tool.ts";

const input = z.strictObject({
  subject: z.string().trim().min(1).max(200),
  description: z.string().trim().min(1).max(8_000),
  priority: z.enum(TICKET_PRIORITIES),
  customer_email: z.string().trim().min(1),
});

export const createSupportTicket = defineTool(
  {
    name: "create_support_ticket",
    description:
      "Records the customer's problem and returns its ticket number. Use it when the problem cannot be settled in this " +
      "answer: a bug to be looked at, a request someone must carry out. One problem has one ticket: if one is open, " +
      "this adds to it and returns its number. Not needed for a question you can answer now.",
    input,
  },
  async ({ subject, description, priority, customer_email }, context) => {
    // Before an e-mail is verified a ticket can be opened all the same, but nothing unproved is written on it.
    const email = context.customer.email === null ? null : verifiedEmail(customer_email, context);
    // A subject is read where others read along: where the model's may not be said, or the model had account data in
    // front of it, the customer's own words stand.
    const mayHoldAccount = context.isPublic && context.sawAccount();
    const line =
      (mayHoldAccount ? null : await context.words.forCustomer(subject)) ?? subjectFrom(context.question);
    const { view, existed } = context.tickets.open({
      subject: line,
      description: context.words.forStaff(description),
      priority,
      email,
      by: "ai",
    });
    const what = existed ? "added to the ticket that is open for this problem" : "ticket created";
    return { content: [textBlock(JSON.stringify({ result: what, ...view }))] };
  },
  {
    type: "object",
    properties: {
      subject: { type: "string", description: "The problem in a line." },
      description: { type: "string", description: "What happened, what the customer wants, what was tried." },
      priority: {
        type: "string",
        enum: [...TICKET_PRIORITIES],
        description: "urgent only for an outage or data loss.",
      },
      customer_email: {
        type: "string",
        description: "The customer's verified e-mail as given in the context, else 'unknown'.",
      },
    },
    required: ["subject", "description", "priority", "customer_email"],
    additionalProperties: false,
  },
);
