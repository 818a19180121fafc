import { createSupportTicket } from "./create-support-ticket.ts";
import { escalateToHuman } from "./escalate-to-human.ts";
import { getOrderStatus } from "./get-order-status.ts";
import { searchKnowledgeBase } from "./search-knowledge-base.ts";
import type { Tool } from "./tool.ts";
import { updateSupportTicket } from "./update-support-ticket.ts";

/** All tools, in the fixed order that keeps the model's prefix stable. */
export const TOOLS: readonly Tool[] = [
  searchKnowledgeBase,
  createSupportTicket,
  updateSupportTicket,
  getOrderStatus,
  escalateToHuman,
];
