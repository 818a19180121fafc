import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { stagesOf, wordsOf } from "../../deploy/dockerfile.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const read = (name: string) => readFileSync(join(ROOT, name), "utf8");

/** What a linter of Dockerfiles would say. deploy/prove-image.ts carries the file out. */
function problemsOf(text: string): string[] {
  const problems: string[] = [];
  const stages = stagesOf(text);
  const all = stages.flatMap(({ instructions }) => instructions);
  const last = stages.at(-1);
  const ofLast = (name: string) => last?.instructions.filter((one) => one.name === name) ?? [];
  const names = new Set(stages.map(({ name }) => name));
  for (const { base } of stages) {
    if (!names.has(base) && !/:[\w.-]+$/.test(base)) problems.push(`FROM ${base} names no version`);
    if (base.endsWith(":latest")) problems.push(`FROM ${base} changes by itself`);
  }
  if (all.some(({ name }) => name === "ADD")) problems.push("ADD does more than copy");
  if (all.some(({ name }) => !/^[A-Z]+$/.test(name))) problems.push("an instruction is not in capitals");
  const user = ofLast("USER").at(-1)?.rest ?? "root";
  if (/^(root|0)\b/.test(user)) problems.push("it runs as root");
  const afterUser =
    last?.instructions.slice(last.instructions.findIndex(({ name }) => name === "USER")) ?? [];
  if (afterUser.some(({ name }) => name === "RUN" || name === "COPY"))
    problems.push("USER is not the last word on files");
  if (ofLast("HEALTHCHECK").length !== 1) problems.push("no health check");
  for (const name of ["ENTRYPOINT", "CMD"]) {
    const [one] = ofLast(name);
    // Through a shell the program would get no SIGTERM.
    if (!one?.rest.startsWith("[")) problems.push(`${name} is not a list`);
  }
  for (const { name, rest } of all) {
    if (name === "COPY" && wordsOf(rest).includes(".")) problems.push("COPY . takes whatever lies about");
    if (/\b(sudo|curl|wget|apt-get|npm install)\b/.test(rest) && name === "RUN") problems.push(`RUN ${rest}`);
    if (/(?:KEY|TOKEN|SECRET|PASSWORD)\w*=/.test(rest)) problems.push(`a secret in ${name}`);
    if (name === "WORKDIR" && !rest.startsWith("/")) problems.push("WORKDIR is not absolute");
  }
  if (!all.some(({ rest }) => /npm ci .*--omit=dev/.test(rest)))
    problems.push("development dependencies stay in");
  if (stages.length < 2) problems.push("one stage: what built it stays in");
  return problems;
}

describe("the Dockerfile", () => {
  it("has nothing that a linter would complain of", () => {
    expect(problemsOf(read("Dockerfile"))).toEqual([]);
  });

  it.each([
    ["USER node", "USER root", "it runs as root"],
    ["node:24-bookworm-slim AS", "node:latest AS", "FROM node:latest changes by itself"],
    ["node:24-bookworm-slim AS", "node AS", "FROM node names no version"],
    ["COPY src ./src", "ADD src ./src", "ADD does more than copy"],
    ["COPY src ./src", "COPY . .", "COPY . takes whatever lies about"],
    ['CMD ["start"]', "CMD start", "CMD is not a list"],
    [" --omit=dev", "", "development dependencies stay in"],
    ["ENV NODE_ENV=production", "ENV ANTHROPIC_API_KEY=x", "a secret in ENV"],
    [/HEALTHCHECK.*\n/, "", "no health check"],
  ])("would be found out with %s as %s", (from, to, problem) => {
    const text = read("Dockerfile");
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    expect(problemsOf(changed)).toContain(problem);
  });

  it("copies only what there is, and what .dockerignore lets through", () => {
    const [, ...allowed] =
      read(".dockerignore")
        .match(/^!.*$/gm)
        ?.map((line) => line.slice(1)) ?? [];
    const copied = stagesOf(read("Dockerfile"))
      .flatMap(({ instructions }) => instructions)
      .filter(({ name, rest }) => name === "COPY" && !rest.startsWith("--from"))
      .flatMap(({ rest }) => wordsOf(rest).slice(0, -1));
    expect(copied.length).toBeGreaterThan(6);
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(copied.filter((path) => path !== "package.json" && !allowed.includes(path))).toEqual([]);
  });
});

describe("compose.yaml", () => {
  const { services } = parse(read("compose.yaml")) as {
    services: Readonly<Record<"deskhand" | "postgres", Readonly<Record<string, unknown>>>>;
  };
  it("runs it with nothing that it does not need", () => {
    const { deskhand } = services;
    expect(deskhand).toMatchObject({ read_only: true, cap_drop: ["ALL"], restart: "unless-stopped" });
    expect(deskhand["security_opt"]).toEqual(["no-new-privileges:true"]);
    expect(deskhand["volumes"]).toEqual(["data:/data", "./shop:/shop:ro"]);
    // A port is the operator's decision: nothing needs one with Socket Mode and Discord.
    expect(deskhand["ports"]).toBeUndefined();
    expect(deskhand["image"]).not.toMatch(/latest|^[^:]*$/);
  });
});

describe("compose.yaml with PostgreSQL", () => {
  const { services } = parse(read("compose.yaml")) as {
    services: Readonly<Record<"deskhand" | "postgres", Readonly<Record<string, unknown>>>>;
  };
  it("starts a database of its own only when the profile asks for it, and waits until it answers", () => {
    const { deskhand, postgres } = services;
    expect(postgres).toMatchObject({ profiles: ["postgres"], volumes: ["postgres:/var/lib/postgresql"] });
    expect(postgres["image"]).toMatch(/^postgres:18\./);
    expect(postgres["ports"], "nobody but Deskhand reaches it").toBeUndefined();
    expect(deskhand["profiles"]).toBeUndefined();
    expect(deskhand["depends_on"]).toEqual({
      postgres: { condition: "service_healthy", required: false },
    });
    expect(read("compose.yaml")).not.toMatch(/POSTGRES_PASSWORD: (?!\$)/);
  });
});

describe("the systemd unit", () => {
  const unit = read("deploy/deskhand.service");
  const settings = new Map(
    [...unit.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );

  it("starts Node itself, so that SIGTERM arrives, and gives it longer than it takes to stop", () => {
    expect(settings.get("ExecStart")).toMatch(/^\/\S*\/node \S+\/src\/cli\/main\.ts start /);
    expect(settings.get("ExecStart")).not.toMatch(/npm/);
    expect(Number(settings.get("TimeoutStopSec"))).toBeGreaterThanOrEqual(20);
  });

  it("has no rights beyond its own folder, and no secret in it", () => {
    for (const name of [
      "NoNewPrivileges",
      "ProtectHome",
      "PrivateTmp",
      "PrivateDevices",
      "RestrictNamespaces",
      "DynamicUser",
    ])
      expect([name, settings.get(name)]).toEqual([name, "yes"]);
    expect(settings.get("ProtectSystem")).toBe("strict");
    expect(settings.get("CapabilityBoundingSet")).toBe("");
    // Node's compiler needs memory that becomes code; with this it would not start.
    expect(settings.has("MemoryDenyWriteExecute")).toBe(false);
    expect(settings.get("EnvironmentFile")).toBe("/etc/deskhand/secrets.env");
    expect(unit).not.toMatch(/^Environment=.*(?:KEY|TOKEN|SECRET)/m);
  });
});
