import { z } from "zod";

import { ESCALATION_REASONS } from "../domain.ts";
import { defineTool } from "./tool.ts";

const input = z.strictObject({
  reason: z.enum(ESCALATION_REASONS),
  summary: z.string().trim().min(1).max(4_000),
});

export const escalateToHuman = defineTool(
  {
    name: "escalate_to_human",
    description:
      "Hands the conversation to a person from the team and ends your turn; the customer is told by the system. Use it " +
      "when the customer asks for a person, when you are not authorized, when the help centre does not carry an answer, " +
      "or when the problem is beyond you. Never promise a person without calling it.",
    input,
  },
  async (escalate) => ({ content: [], escalate }),
  {
    type: "object",
    properties: {
      reason: { type: "string", enum: [...ESCALATION_REASONS] },
      summary: {
        type: "string",
        description: "For the person who takes over: what the customer wants, what was tried, what is open.",
      },
    },
    required: ["reason", "summary"],
    additionalProperties: false,
  },
);
