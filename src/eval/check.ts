import type { Citation } from "../domain.ts";
import type { Expectation } from "./conversation-file.ts";
import type { CommittedTurn } from "./core.ts";

/** What one step brought about. */
export interface Happened {
  /** All that the customer got, one text a message. */
  readonly toCustomer: readonly string[];
  readonly toDesk: readonly string[];
  readonly citations: readonly Citation[];
  readonly turns: readonly CommittedTurn[];
}

/** What was expected of a step and did not come about, in words. Pure. */
export function checkStep(expected: Expectation, happened: Happened): readonly string[] {
  const customer = plain(happened.toCustomer.join("\n"));
  const desk = plain(happened.toDesk.join("\n"));
  const tools = happened.turns.flatMap((turn) => turn.tools);
  const cited = happened.citations.map(({ id }) => id);
  const outcomes = happened.turns.map(({ record }) => record.outcome);
  const quote = shown(happened.toCustomer);
  const oneOf = expected.contains_one_of;
  return [
    ...expected.contains
      .filter((text) => !customer.includes(plain(text)))
      .map((text) => `"${text}" is not in what the customer got: ${quote}`),
    ...(oneOf.length > 0 && !oneOf.some((text) => customer.includes(plain(text)))
      ? [`none of "${oneOf.join('", "')}" is in what the customer got: ${quote}`]
      : []),
    ...expected.not_contains
      .filter((text) => customer.includes(plain(text)))
      .map((text) => `"${text}" must not be in what the customer got: ${quote}`),
    ...expected.desk_contains
      .filter((text) => !desk.includes(plain(text)))
      .map((text) => `"${text}" is not in what staff got: ${shown(happened.toDesk)}`),
    ...expected.tools
      .filter((tool) => !tools.includes(tool))
      .map((tool) => `${tool} was not used; ${listed(tools)} was`),
    ...expected.not_tools.filter((tool) => tools.includes(tool)).map((tool) => `${tool} was used`),
    ...expected.cites
      .filter((id) => !cited.includes(id))
      .map((id) => `${id} is not cited; ${listed(cited)} is`),
    ...(expected.outcome.length > 0 && !expected.outcome.some((outcome) => outcomes.includes(outcome))
      ? [`it ended as ${listed(outcomes)}; expected ${expected.outcome.join(" or ")}`]
      : []),
  ];
}

/** Case and white space do not matter, nor how a quotation mark is drawn. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[’‘]/g, "'").replace(/\s+/g, " ").trim();
}

function shown(texts: readonly string[]): string {
  const text = texts.join(" / ").replace(/\s+/g, " ").trim();
  if (text === "") return "(nothing)";
  return `"${text.length > 300 ? `${text.slice(0, 300)}…` : text}"`;
}

function listed(values: readonly string[]): string {
  return values.length === 0 ? "nothing" : values.join(", ");
}
