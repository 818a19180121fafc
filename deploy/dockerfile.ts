/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

export interface Stage {
  readonly base: string;
  /** What `AS` called it. */
  readonly name: string | null;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile, in order. Throws on an instruction before the first `FROM`. */
export function stagesOf(text: string): readonly Stage[] {
  const stages: { base: string; name: string | null; instructions: Instruction[] }[] = [];
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n/g, " ")
    .split("\n");
  for (const line of lines.map((one) => one.trim()).filter((one) => one !== "")) {
    const [, name = "", rest = ""] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    if (name === "FROM") {
      const [, base = "", as] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
      stages.push({ base, name: as ?? null, instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (!stage) throw new Error(`${name} before the first FROM`);
    stage.instructions.push({ name, rest });
  }
  return stages;
}

/** `["a", "b"]` as a list; the shell form as its words. */
export function wordsOf(rest: string): readonly string[] {
  return rest.startsWith("[") ? (JSON.parse(rest) as string[]) : rest.split(/\s+/);
}
