import type { z } from "zod";

/** One order of a file before it is checked, and the words that lead an operator to it. */
export interface Row {
  readonly place: string;
  readonly value: unknown;
}

/** `status is missing`, for one zod issue inside an order. */
export function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    return `${issue.keys.join(", ")} is no field of an order; put further facts under "details"`;
  }
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")} ${issue.message}`;
}

/** Words a zod issue so that it reads on after the field's name. */
export const because = (wrong: string) => (issue: { readonly input?: unknown }) =>
  issue.input === undefined ? "is missing" : wrong;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
