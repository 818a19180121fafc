import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  action,
  cardOf,
  type DeskhandProcess,
  replyTo,
  says,
  staff,
  startDeskhand,
  temporaryFolder,
} from "./servers/deskhand.ts";
import { type PostgresServer, startPostgres } from "./servers/postgres.ts";
import { deskhand } from "./servers/run.ts";

/** Each command is a program that starts; some tests run a dozen of them. */
const LONG_MS = 600_000;

/** The real program with `DATABASE_URL=postgres://…`. */
describe("the program on PostgreSQL", { timeout: LONG_MS }, () => {
  let server: PostgresServer;
  let folder: string;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    server = await startPostgres();
    folder = temporaryFolder();
    env = { DATABASE_URL: await server.newDatabase() };
    // Once for all that start on it.
    const config = join(import.meta.dirname, "..", "examples", "acme", "deskhand.yaml");
    const { code, err } = await run("ingest", "--config", config);
    if (code !== 0) throw new Error(err);
  }, LONG_MS);
  afterAll(() => server?.stop());

  const run = (...args: readonly string[]) => deskhand(args, { folder, env });

  it("holds a whole conversation, whichever of two processes hears it", async () => {
    const [one, two] = [startDeskhand({ env, folder }), startDeskhand({ env, folder })];
    const said = (fits: Parameters<DeskhandProcess["until"]>[0]) =>
      Promise.any([one.until(fits), two.until(fits)]);
    one.send(says("m1", "c1", "ann", "How do I download an invoice?"));
    expect(await said(replyTo("m1"))).toMatchObject({ by: "ai", conversation: "c1" });
    two.send(says("m1", "c1", "ann", "How do I download an invoice?"));
    expect(await two.until((line) => line.type === "accepted")).toMatchObject({ id: "m1", duplicate: true });
    two.send(says("m2", "c1", "ann", "Can I talk to a human?"));
    const card = await said(cardOf("c1", "open"));
    const escalation = String(card["escalation"]);
    one.send(action("claim", { escalation }, "sam"));
    await said(cardOf("c1", "claimed"));
    two.send(staff(escalation, "sam", "Hello, Sam here."));
    await said((line) => line.type === "reply" && line["by"] === "staff");
    one.send(action("resolve", { escalation }, "sam"));
    await said(cardOf("c1", "resolved"));
    await Promise.all([one.end(), two.end()]);
    const answers = [...one.lines, ...two.lines].filter(replyTo("m1"));
    expect(answers).toHaveLength(1);
    expect(one.errors() + two.errors()).not.toMatch(/"level":50/);
  });

  it("answers its commands from it", async () => {
    expect(JSON.parse((await run("report", "--json")).out)).toMatchObject({ escalations: { opened: 1 } });
    const doctor = await run("doctor");
    expect(doctor.out).toMatch(/PostgreSQL 18\.\d+, .* answers and is up to date/);
    expect(doctor.out).toContain("Every event has been worked");
    expect(doctor.out).toContain("each of its processes takes up to 11");
    expect(JSON.parse((await run("search", "--json", "invoice")).out)).not.toEqual([]);
    const [event] = JSON.parse((await run("trace", "turn-1", "--json")).out).turns as { id: string }[];
    expect(event?.id).toBe("turn-1");
    expect(JSON.parse((await run("customer", "export", "console:ann")).out)).toMatchObject({ email: null });
    expect(await run("doctor", "--replay", "all")).toMatchObject({
      code: 0,
      out: "No event is set aside.\n",
    });
    expect((await run("backup")).err).toContain("pg_dump");
    expect((await run("start", "--role", "boss")).err).toContain("Allowed: all, gateway, worker");
    expect((await run("start", "--role", "worker")).err).toContain("needs the credentials");
  });

  it("erases nobody while a process works, and does when none does", async () => {
    const one = startDeskhand({ env, folder });
    one.send(says("m9", "c9", "bob", "How do I download an invoice?"));
    await one.until(replyTo("m9"));
    expect((await run("customer", "erase", "console:ann", "--yes")).err).toMatch(/Deskhand is running on /);
    await one.end();
    expect((await run("customer", "erase", "console:ann", "--yes")).out).toMatch(/^Erased: /);
    expect((await run("customer", "export", "console:ann")).code).toBe(1);
  });

  it("keeps roles to databases that processes can share", async () => {
    const sqlite = { DATABASE_URL: `file:${folder}/alone.db` };
    const { code, err } = await deskhand(["start", "--role", "gateway"], { folder, env: sqlite });
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringContaining("Set DATABASE_URL=postgres://"),
    });
  });
});
