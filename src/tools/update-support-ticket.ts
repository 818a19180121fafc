import { z } from "zod";

import { TICKET_PRIORITIES } from "../domain.ts";
import { isOpen } from "../tickets/tickets.ts";
import { defineTool, textBlock, ToolFailure } from "./tool.ts";

/** Escalated and closed are set by code, never by the model. */
const STATUSES = ["open", "pending", "resolved"] as const;

const input = z
  .strictObject({
    ticket: z.string().trim().min(1),
    note: z.string().trim().min(1).max(8_000).optional(),
    priority: z.enum(TICKET_PRIORITIES).optional(),
    status: z.enum(STATUSES).optional(),
  })
  .refine(
    ({ note, priority, status }) => note !== undefined || priority !== undefined || status !== undefined,
    "give a note, a priority or a status",
  );

export const updateSupportTicket = defineTool(
  {
    name: "update_support_ticket",
    description:
      "Adds a note to the customer's open ticket, or changes its priority or status, and returns its new state. Use it " +
      "when the customer tells something new about a problem that has a ticket; status resolved only when the customer " +
      "says that it is solved. Expects the ticket number from the context.",
    input,
  },
  async ({ ticket, ...change }, context) => {
    const current = context.tickets.current();
    if (current?.ticket !== ticket) {
      const own = await context.ownTicket(ticket);
      const hint = current ? ` The open one is ${current.ticket}.` : "";
      if (own && !isOpen(own.status)) {
        throw new ToolFailure(`${ticket} is ${own.status}. For a new problem create a ticket.${hint}`);
      }
      throw new ToolFailure(`There is no open ticket ${ticket} in this conversation.${hint}`);
    }
    const { note, priority, status } = change;
    const view = context.tickets.update({
      by: "ai",
      ...(note !== undefined && { note: context.words.forStaff(note) }),
      ...(priority !== undefined && { priority }),
      ...(status !== undefined && { status }),
      ...(status === "resolved" && { resolvedBy: "ai" }),
    });
    return { content: [textBlock(JSON.stringify({ result: "ticket updated", ...view }))] };
  },
  {
    type: "object",
    properties: {
      ticket: { type: "string", description: "The ticket number, such as T-1017." },
      note: { type: "string", description: "What is new, in a sentence or two." },
      priority: { type: "string", enum: [...TICKET_PRIORITIES] },
      status: { type: "string", enum: [...STATUSES] },
    },
    required: ["ticket"],
    additionalProperties: false,
  },
);
