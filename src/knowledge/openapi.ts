import { parse } from "yaml";

/** One thing that an API can do, or what is said about the API as a whole (`key` is `ABOUT`). */
export interface ApiPart {
  readonly key: string;
  readonly title: string;
  readonly markdown: string;
  /** Where a page that shows the description with the usual tools has this part. */
  readonly anchors: { readonly redoc: string; readonly swagger: string };
}

export const ABOUT = "about";

type Fields = Readonly<Record<string, unknown>>;

const METHODS = ["get", "put", "post", "delete", "patch", "head", "options"];
/** Fields of fields are shown so deep; a schema may hold itself. */
const DEEPEST = 3;

/** True for the text of an OpenAPI (or Swagger 2) description, JSON or YAML. Cheap: looks at its beginning only. */
export function isOpenApi(text: string): boolean {
  const start = text.slice(0, 5_000);
  return /^\s*\{/.test(start)
    ? /"(?:openapi|swagger)"\s*:\s*"[23]\./.test(start)
    : /^(?:openapi|swagger)\s*:\s*["']?[23]\./m.test(start);
}

/**
 * The description as articles: one for each operation, and last one about the whole (what it is, where it is, how one proves
 * who one is). Throws with what is wrong when it cannot be read.
 */
export function readOpenApi(text: string): ApiPart[] {
  const spec: unknown = /^\s*\{/.test(text) ? JSON.parse(text) : parse(text);
  const api = fields(spec);
  return [...operationsOf(api), aboutOf(api)];
}

function aboutOf(api: Fields): ApiPart {
  const info = fields(api["info"]);
  const servers = list(api["servers"]).map((one) => `- ${said(fields(one)["url"])}`);
  const host = said(api["host"]);
  if (host !== "") servers.push(`- https://${host}${said(api["basePath"])}`);
  const schemes = {
    ...fields(fields(api["components"])["securitySchemes"]),
    ...fields(api["securityDefinitions"]),
  };
  const proofs = Object.entries(schemes).map(([name, value]) => {
    const { type, in: place, name: header, scheme, description } = fields(value);
    const how = [said(type), said(scheme), said(place), said(header)]
      .filter((part) => part !== "")
      .join(", ");
    return `- ${name}: ${how}${after(". ", description)}`;
  });
  const tags = list(api["tags"])
    .map(fields)
    .filter((tag) => said(tag["description"]) !== "");
  const markdown = paragraphs([
    said(info["description"]),
    section("Address", servers),
    section("Authentication", proofs),
    ...tags.map((tag) => `## ${said(tag["name"])}\n\n${said(tag["description"])}`),
  ]);
  const title = `${said(info["title"]) || "API"}${after(" ", info["version"])}`;
  return { key: ABOUT, title, markdown: markdown || title, anchors: { redoc: "", swagger: "" } };
}

function operationsOf(api: Fields): ApiPart[] {
  return Object.entries(fields(api["paths"])).flatMap(([path, item]) => {
    const shared = resolved(item, api);
    return METHODS.filter((method) => method in shared).map((method) =>
      operationOf({ api, path, method, operation: fields(shared[method]), shared }),
    );
  });
}

interface Operation {
  readonly api: Fields;
  readonly path: string;
  readonly method: string;
  readonly operation: Fields;
  /** What the path says for all its operations. */
  readonly shared: Fields;
}

function operationOf({ api, path, method, operation, shared }: Operation): ApiPart {
  const call = `${method.toUpperCase()} ${path}`;
  const summary = said(operation["summary"]);
  const parameters = [...list(shared["parameters"]), ...list(operation["parameters"])].map((one) =>
    resolved(one, api),
  );
  const inBody = parameters.filter((one) => one["in"] === "body").map((one) => one["schema"]);
  const contents = Object.values(fields(resolved(operation["requestBody"], api)["content"]));
  const bodies = [...inBody, ...contents.slice(0, 1).map((one) => fields(one)["schema"])];
  const answers = Object.entries(fields(operation["responses"])).map(
    ([status, value]) => `- ${status}${after(": ", resolved(value, api)["description"])}`,
  );
  const markdown = paragraphs([
    `\`${call}\`${operation["deprecated"] === true ? " (deprecated)" : ""}`,
    said(operation["description"]) || said(shared["description"]),
    section(
      "Parameters",
      parameters.filter((one) => one["in"] !== "body").map((one) => parameterLine(one, api)),
    ),
    section(
      "Body",
      bodies.flatMap((schema) => fieldLines(schema, api, 0)),
    ),
    section("Answers", answers),
  ]);
  const id = said(operation["operationId"]);
  const key =
    id ||
    call
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replace(/-$/, "");
  const tag = said(list(operation["tags"])[0]) || "default";
  const anchors = {
    redoc: id
      ? `operation/${id}`
      : `tag/${tag}/paths/${path.replaceAll("~", "~0").replaceAll("/", "~1")}/${method}`,
    swagger: `/${tag}/${id || `${method}_${path.replaceAll(/[^\w]/g, "_").replace(/^_/, "")}`}`,
  };
  return { key, title: summary === "" ? call : `${summary} (${call})`, markdown, anchors };
}

function parameterLine(parameter: Fields, api: Fields): string {
  const schema = resolved(parameter["schema"] ?? parameter, api);
  const traits = [
    said(parameter["in"]),
    typeOf(schema, api),
    parameter["required"] === true ? "required" : "",
  ];
  const about = said(parameter["description"]) || said(schema["description"]);
  return `- \`${said(parameter["name"])}\` (${traits.filter((one) => one !== "").join(", ")})${after(": ", about)}`;
}

function fieldLines(value: unknown, api: Fields, depth: number): string[] {
  const schema = merged(value, api);
  if (depth >= DEEPEST) return [];
  if (schema["type"] === "array") return fieldLines(schema["items"], api, depth);
  const required = new Set(list(schema["required"]).map(said));
  return Object.entries(fields(schema["properties"])).flatMap(([name, property]) => {
    const inner = merged(property, api);
    const traits = [typeOf(inner, api), required.has(name) ? "required" : ""].filter((one) => one !== "");
    const kind = traits.length === 0 ? "" : ` (${traits.join(", ")})`;
    return [
      `${"  ".repeat(depth)}- \`${name}\`${kind}${after(": ", inner["description"])}`,
      ...fieldLines(property, api, depth + 1),
    ];
  });
}

function typeOf(schema: Fields, api: Fields): string {
  const type = [schema["type"]].flat().map(said).join(" or ");
  const bounds = [
    schema["minimum"] === undefined ? "" : `from ${said(schema["minimum"])}`,
    schema["maximum"] === undefined ? "" : `to ${said(schema["maximum"])}`,
  ];
  const allowed = list(schema["enum"]).map(said).join(" | ");
  const of = type === "array" ? after(" of ", typeOf(merged(schema["items"], api), {})) : "";
  return [type + of, ...bounds, allowed, after("default ", schema["default"])]
    .filter((one) => one !== "")
    .join(" ");
}

/** A schema with the parts that `allOf` puts together. */
function merged(value: unknown, api: Fields): Fields {
  const schema = resolved(value, api);
  const parts = list(schema["allOf"]).map((part) => resolved(part, api));
  const properties = Object.assign(
    {},
    ...[...parts, schema].map((part) => fields(part["properties"])),
  ) as Fields;
  const required = [...parts, schema].flatMap((part) => list(part["required"]));
  return Object.keys(properties).length === 0 ? schema : { ...schema, properties, required };
}

/** Follows `$ref` within the description; one that leads elsewhere, or in a circle, is empty. */
function resolved(value: unknown, api: Fields): Fields {
  let found = fields(value);
  for (let hops = 0; hops < 10 && typeof found["$ref"] === "string"; hops += 1) {
    const way = found["$ref"];
    if (!way.startsWith("#/")) return {};
    const names = way
      .slice(2)
      .split("/")
      .map((name) => decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~"));
    found = names.reduce<Fields>((at, name) => fields(at[name]), api);
  }
  return typeof found["$ref"] === "string" ? {} : found;
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function said(value: unknown): string {
  if (typeof value === "string") return value.trim();
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

function after(before: string, value: unknown): string {
  const text = said(value).replaceAll(/\s+/g, " ");
  return text === "" ? "" : before + text;
}

function section(heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `## ${heading}\n\n${lines.join("\n")}`;
}

function paragraphs(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}
