import { ComponentType } from "discord.js";

import { badForm, tooLong } from "./errors.ts";
import type { Json } from "./world.ts";
import { lengthOf, textIn } from "./values.ts";

const MOST_ROWS = 5;
const MOST_V2 = 40;
const MOST_V2_TEXT = 4_000;

export interface Placed {
  readonly component: Json;
  /** As in an error: `components.0.components.1`. */
  readonly path: string;
}

/** Every component, nested ones included, parents first. */
export function walk(components: readonly Json[], path = "components"): Placed[] {
  return components.flatMap((component, index) => {
    const at = `${path}.${index}`;
    const inner = Array.isArray(component["components"]) ? (component["components"] as Json[]) : [];
    const single = ["accessory", "component"].flatMap((key) => {
      const one = component[key] as Json | undefined;
      return one ? [{ component: one, path: `${at}.${key}` }] : [];
    });
    return [{ component, path: at }, ...walk(inner, `${at}.components`), ...single];
  });
}

/** Throws 50035 for what Discord's description does not say but Discord refuses. */
export function checkMessageComponents(components: readonly Json[], isV2: boolean): void {
  const all = walk(components);
  if (isV2) checkV2(all);
  else checkRowsOnly(components);
  checkIds(all);
  for (const placed of all) checkOne(placed);
}

function checkRowsOnly(components: readonly Json[]): void {
  if (components.length > MOST_ROWS) {
    badForm("components", "BASE_TYPE_BAD_LENGTH", `Must be between 1 and ${MOST_ROWS} in length.`);
  }
  for (const [index, { type }] of components.entries()) {
    if (type === ComponentType.ActionRow) continue;
    badForm(
      `components.${index}.type`,
      "UNION_TYPE_CHOICES",
      'Value of field "type" must be one of (1,) without the flag IS_COMPONENTS_V2.',
    );
  }
}

function checkV2(all: readonly Placed[]): void {
  if (all.length > MOST_V2) {
    badForm("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", `The total is over ${MOST_V2}.`);
  }
  const text = all.reduce((sum, { component }) => {
    return (
      sum + (component["type"] === ComponentType.TextDisplay ? lengthOf(textIn(component["content"])) : 0)
    );
  }, 0);
  if (text > MOST_V2_TEXT) {
    badForm("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", `The text is over ${MOST_V2_TEXT}.`);
  }
}

function checkIds(all: readonly Placed[]): void {
  for (const key of ["custom_id", "id"]) {
    const seen = new Set<unknown>();
    for (const { component, path } of all) {
      const id = component[key];
      if (id === undefined || id === null || id === 0) continue;
      if (seen.has(id))
        badForm(`${path}.${key}`, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component ids must be unique.");
      seen.add(id);
    }
  }
}

function checkOne({ component, path }: Placed): void {
  const inner = (component["components"] ?? []) as Json[];
  switch (component["type"]) {
    case ComponentType.ActionRow:
      return checkRow(inner, path);
    case ComponentType.Button:
      return checkButton(component, path);
    case ComponentType.StringSelect:
      return checkSelect(component, path);
    case ComponentType.Container:
      if (inner.some(({ type }) => type === ComponentType.Container)) {
        badForm(`${path}.components`, "UNION_TYPE_CHOICES", "A container cannot hold a container.");
      }
      return;
    default:
      return;
  }
}

function checkRow(inner: readonly Json[], path: string): void {
  const buttons = inner.filter(({ type }) => type === ComponentType.Button);
  if (inner.length < 1 || inner.length > 5) {
    badForm(`${path}.components`, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
  }
  if (buttons.length < inner.length && inner.length > 1) {
    badForm(
      `${path}.components`,
      "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
      "The component uses the width of the row.",
    );
  }
}

function checkButton(button: Json, path: string): void {
  const [style, label] = [button["style"], button["label"]];
  if (typeof label === "string" && lengthOf(label) > 80) tooLong(`${path}.label`, 80);
  if (!label && !button["emoji"] && style !== 6) {
    badForm(path, "BUTTON_COMPONENT_INVALID_LABEL", "A button needs a label or an emoji.");
  }
  if (style === 5) {
    if (button["custom_id"]) badForm(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "Not both.");
    if (!/^(https?|discord):\/\/./.test(textIn(button["url"] ?? ""))) {
      badForm(`${path}.url`, "BASE_TYPE_REQUIRED", "A link button needs a url that can be opened.");
    }
    return;
  }
  if (button["url"]) badForm(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "Not both.");
  if (!button["custom_id"]) badForm(`${path}.custom_id`, "BASE_TYPE_REQUIRED", "This field is required");
}

function checkSelect(select: Json, path: string): void {
  const options = (select["options"] ?? []) as Json[];
  if (options.length < 1 || options.length > 25) {
    badForm(`${path}.options`, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.");
  }
  if (new Set(options.map(({ value }) => value)).size < options.length) {
    badForm(`${path}.options`, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "Option values must be unique.");
  }
}

/** A modal holds labels (or rows with one text input each, the older form) and text. */
export function checkModal(modal: Json): void {
  const components = modal["components"] as Json[];
  if (components.length > 5) {
    badForm("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
  }
  const all = walk(components, "data.components");
  checkIds(all);
  for (const { component, path } of all) {
    if (component["type"] === ComponentType.StringSelect) checkSelect(component, path);
    if (component["type"] !== ComponentType.TextInput) continue;
    const [value, least, most] = ["value", "min_length", "max_length"].map((key) => component[key]);
    const inLabel = path.endsWith(".component");
    if (inLabel && component["label"])
      badForm(`${path}.label`, "BASE_TYPE_BAD", "A label is given by its parent.");
    if (!inLabel && !component["label"])
      badForm(`${path}.label`, "BASE_TYPE_REQUIRED", "This field is required");
    if (typeof value === "string" && typeof most === "number" && value.length > most)
      tooLong(`${path}.value`, most);
    if (typeof least === "number" && typeof most === "number" && least > most) {
      badForm(`${path}.min_length`, "BASE_TYPE_MAX", "min_length is over max_length.");
    }
  }
}
