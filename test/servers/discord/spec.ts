import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";

import { ApiError, type FieldErrors } from "./errors.ts";
import type { Json } from "./world.ts";

/** Discord's own description of its API, and what it says about one request. */

const FILE = join(import.meta.dirname, "../../data/discord/openapi.json");
/** discord.js sends these everywhere, also where they mean nothing. */
const ALWAYS_SENT = new Set(["tts", "nonce", "enforce_nonce", "type", "sticker_ids", "message_reference"]);
const METHODS = ["get", "put", "post", "patch", "delete"];

export interface Operation {
  readonly id: string;
  /** As in the description: `/channels/{channel_id}/messages`. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
}

interface Described {
  readonly id: string;
  readonly path: string;
  readonly segments: readonly string[];
  readonly pointer: string;
  readonly value: Json;
  readonly parameters: readonly Json[];
}

const document = JSON.parse(readFileSync(FILE, "utf8")) as Json;
const described = readOperations();
const byId = new Map([...described.values()].flat().map((one) => [one.id, one]));
const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: false, logger: false });
for (const format of ["int32", "int64", "double", "nonce"]) ajv.addFormat(format, true);
ajv.addFormat("snowflake", /^\d{1,20}$/);
ajv.addFormat("date-time", (text: string) => !Number.isNaN(Date.parse(text)));
ajv.addFormat("uri", (text: string) => URL.canParse(text));
ajv.addSchema(document, "discord");
const compiled = new Map<string, ValidateFunction>();

/** Undefined when Discord's description has no such operation. A literal segment goes before a parameter. */
export function findOperation(method: string, path: string): Operation | undefined {
  const segments = path.split("/").slice(1);
  const candidates = described.get(`${method.toLowerCase()} ${segments.length}`) ?? [];
  const found = candidates.find((one) =>
    one.segments.every((segment, at) => segment.startsWith("{") || segment === segments[at]),
  );
  if (!found) return undefined;
  const params: Record<string, string> = {};
  for (const [at, segment] of found.segments.entries()) {
    if (segment.startsWith("{")) params[segment.slice(1, -1)] = decodeURIComponent(segments[at] ?? "");
  }
  return { id: found.id, path: found.path, params };
}

/** The query with numbers and booleans read; throws 50035. */
export function checkQuery(operation: Operation, query: URLSearchParams): Json {
  const { pointer, parameters } = describedAs(operation);
  const values: Json = {};
  for (const name of new Set(query.keys())) {
    const index = parameters.findIndex((one) => one["name"] === name && one["in"] === "query");
    if (index === -1) throw new ApiError(400, 50035, `Unknown query parameter ${name} for ${operation.id}`);
    const schema = (parameters[index]?.["schema"] ?? {}) as Json;
    values[name] = readValue(query.getAll(name), schema);
    check(`${pointer}/parameters/${index}/schema`, values[name], name);
  }
  return values;
}

function readValue(given: readonly string[], schema: Json): unknown {
  const [first = ""] = given;
  const reference = schema["$ref"];
  const types = [(typeof reference === "string" ? resolve(reference) : schema)["type"]].flat();
  if (types.includes("integer") && /^-?\d+$/.test(first)) return Number(first);
  if (types.includes("boolean") && /^(true|false|1|0)$/i.test(first)) return /^(true|1)$/i.test(first);
  return types.includes("array") ? given : first;
}

/** Throws 50035 for a body that the description refuses; returns what it has that the description does not know. */
export function checkBody(operation: Operation, body: unknown): readonly string[] {
  const { pointer, value } = describedAs(operation);
  const content = (value["requestBody"] as Json | undefined)?.["content"] as Json | undefined;
  if (!content) return body === undefined ? [] : ["a body"];
  const isRequired = (value["requestBody"] as Json)["required"] === true;
  if (body === undefined) {
    if (isRequired) throw new ApiError(400, 50109, "The request body contains invalid JSON.");
    return [];
  }
  const schema = `${pointer}/requestBody/content/application~1json/schema`;
  check(schema, operation.id.startsWith("bulk_set") ? withNumbers(body) : body, "");
  if (Array.isArray(body)) return [];
  const known = propertiesOf((content["application/json"] as Json)["schema"] as Json);
  return Object.keys(body as Json).filter((key) => !known.has(key) && !ALWAYS_SENT.has(key));
}

/** Discord's manual and its clients write these permissions as text; its description says a number. */
function withNumbers(body: unknown): unknown {
  if (!Array.isArray(body)) return body;
  return (body as Json[]).map((command) => {
    const bits = command["default_member_permissions"];
    if (typeof bits !== "string" || !/^\d+$/.test(bits)) return command;
    return { ...command, default_member_permissions: Number(bits) };
  });
}

/** Throws for an answer of this server's own that is not as Discord describes it. */
export function checkAnswer(operation: Operation, status: number, answer: unknown): void {
  const { pointer, value } = describedAs(operation);
  const response = (value["responses"] as Json)[String(status)] as Json | undefined;
  if (!response) throw new Error(`${operation.id} never answers ${status}`);
  if (!(response["content"] as Json | undefined)?.["application/json"]) return;
  check(`${pointer}/responses/${status}/content/application~1json/schema`, answer, "");
}

function describedAs(operation: Operation): Described {
  const found = byId.get(operation.id);
  if (found) return found;
  throw new Error(`no operation ${operation.id}`);
}

function check(pointer: string, value: unknown, root: string): void {
  let validate = compiled.get(pointer);
  if (!validate) {
    validate = ajv.compile({ $ref: `discord#${pointer}` });
    compiled.set(pointer, validate);
  }
  if (validate(value)) return;
  throw new ApiError(400, 50035, "Invalid Form Body", toFields(validate.errors ?? [], root));
}

/** Of the branches of a union the one that came furthest says what is wrong. */
function toFields(errors: readonly ErrorObject[], root: string): FieldErrors {
  const telling = errors.filter(
    ({ keyword }) => !["oneOf", "anyOf", "const", "enum", "type", "$ref"].includes(keyword),
  );
  const pool = telling.length > 0 ? telling : errors;
  const depth = ({ instancePath }: ErrorObject) => instancePath.split("/").length;
  const deepest = pool.reduce((best, one) => (depth(one) > depth(best) ? one : best));
  const missing = deepest.keyword === "required" ? `/${String(deepest.params["missingProperty"])}` : "";
  const path = `${root}${deepest.instancePath}${missing}`.split("/").filter(Boolean).join(".");
  return { [path]: { code: codeOf(deepest.keyword), message: messageOf(deepest) } };
}

function codeOf(keyword: string): string {
  if (keyword === "required") return "BASE_TYPE_REQUIRED";
  if (/Length|Items/.test(keyword)) return "BASE_TYPE_BAD_LENGTH";
  if (keyword === "maximum") return "NUMBER_TYPE_MAX";
  if (keyword === "minimum") return "NUMBER_TYPE_MIN";
  return "BASE_TYPE_CHOICES";
}

function messageOf({ keyword, params, message }: ErrorObject): string {
  if (keyword === "required") return "This field is required";
  if (keyword === "maxLength") return `Must be ${String(params["limit"])} or fewer in length.`;
  return message ?? keyword;
}

function propertiesOf(schema: Json): Set<string> {
  const names = new Set(Object.keys((schema["properties"] as Json | undefined) ?? {}));
  const reference = schema["$ref"];
  if (typeof reference === "string") for (const name of propertiesOf(resolve(reference))) names.add(name);
  for (const key of ["anyOf", "oneOf", "allOf"]) {
    for (const one of (schema[key] ?? []) as Json[]) for (const name of propertiesOf(one)) names.add(name);
  }
  return names;
}

function resolve(reference: string): Json {
  const keys = reference.replace("#/", "").split("/");
  return keys.reduce((at, key) => at[key.replaceAll("~1", "/")] as Json, document);
}

function readOperations(): Map<string, Described[]> {
  const found = new Map<string, Described[]>();
  for (const [path, item] of Object.entries(document["paths"] as Record<string, Json>)) {
    const segments = path.split("/").slice(1);
    for (const method of METHODS) {
      const value = item[method] as Json | undefined;
      if (!value) continue;
      const key = `${method} ${segments.length}`;
      const pointer = `/paths/${path.replaceAll("/", "~1").replaceAll("{", "%7B").replaceAll("}", "%7D")}/${method}`;
      const parameters = (value["parameters"] ?? []) as Json[];
      const entry = { id: String(value["operationId"]), path, segments, pointer, value, parameters };
      found.set(key, [...(found.get(key) ?? []), entry]);
    }
  }
  const parametersIn = ({ segments }: Described) => segments.filter((one) => one.startsWith("{")).length;
  for (const list of found.values()) list.sort((a, b) => parametersIn(a) - parametersIn(b));
  return found;
}
