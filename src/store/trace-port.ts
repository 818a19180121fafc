import type { Address, InboundEvent } from "../domain.ts";
import type { CallFact } from "./reports-port.ts";
import type { Escalation, Message, Ticket, TurnRecord } from "./records.ts";

export interface TracedEvent {
  readonly seq: number;
  readonly event: InboundEvent;
  readonly receivedAt: number;
  readonly attempts: number;
  readonly error: string | null;
}

export interface TracedDelivery {
  readonly id: string;
  readonly to: Address;
  readonly visibility: string;
  readonly kind: string;
  /** What it said; null for what has no words of its own. */
  readonly text: string | null;
  readonly state: "pending" | "sending" | "sent" | "cancelled" | "failed";
  readonly attempts: number;
  readonly createdAt: number;
  readonly sentAt: number | null;
  readonly error: string | null;
}

export interface TracedTurn extends TurnRecord {
  readonly finishedAt: number;
  /** What it answers, oldest first; empty when that was erased. */
  readonly events: readonly TracedEvent[];
  readonly calls: number;
  readonly ledger: readonly (CallFact & { readonly state: "reserved" | "booked" | "void" })[];
  readonly deliveries: readonly TracedDelivery[];
  readonly ticketChanges: readonly {
    readonly ticket: string;
    readonly actor: string;
    readonly kind: string;
    readonly detail: string;
  }[];
  readonly security: readonly string[];
  /** The one that this turn opened. */
  readonly escalation: Escalation | null;
}

/** All that is on record of one conversation, or of the turns in it that were asked for. */
export interface Traced {
  readonly conversation: { readonly id: number; readonly address: Address; readonly link: string | null };
  readonly customer: { readonly id: number; readonly name: string; readonly email: string | null };
  readonly tickets: readonly Ticket[];
  readonly turns: readonly TracedTurn[];
  /** What people of the desk wrote in it, notes among themselves too; empty when single turns were asked for. */
  readonly staff: readonly Message[];
  /** Events of it that are not worked, or were put aside. */
  readonly waiting: readonly (TracedEvent & { readonly state: "pending" | "set_aside" })[];
}

export type TraceName =
  | { readonly turn: string }
  | { readonly ticket: string }
  | { readonly escalation: string }
  | { readonly conversation: number }
  /** A platform's own key, with the platform's name before it or without. */
  | { readonly place: string };

/** What `deskhand trace` reads. Reads only, one consistent state. */
export interface TraceStore {
  /** Null when nothing has that name. */
  trace(name: TraceName): Promise<Traced | null>;
}
