import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";

import { startDrains } from "../src/drains.ts";
import { createInbox, type Inbox } from "../src/inbox.ts";
import { postgresStore } from "../src/store/postgres/index.ts";
import { postgresLaneQueue } from "../src/store/postgres/lane-queue.ts";
import { type OpenedPostgres, openPostgres } from "../src/store/postgres/open.ts";
import type { Store, Work } from "../src/store/store.ts";
import { emptyDatabase, type PostgresServer, startPostgres } from "./servers/postgres.ts";
import { eventOf, messageBody, noLog, shopConfig, until } from "./servers/shop.ts";

/**
 * Inboxes of several processes on one PostgreSQL, woken by its queue alone: nobody looks for work by itself here.
 */
describe("lanes that are drained by whoever is asked", () => {
  let server: PostgresServer;
  let opened: OpenedPostgres;
  let url: string;
  let worked: { readonly by: string; readonly texts: string }[];
  let events = 0;

  beforeAll(async () => {
    server = await startPostgres();
    url = await server.newDatabase();
    opened = await openPostgres(url);
  });
  afterAll(async () => {
    await opened?.pool.end();
    await server?.stop();
  });
  beforeEach(async () => {
    await emptyDatabase(opened.pool);
    await opened.pool.query("delete from graphile_worker._private_jobs");
    worked = [];
  });

  interface Member {
    readonly inbox: Inbox;
    readonly store: Store;
    stop(): Promise<void>;
  }

  async function join(
    name: string,
    options: { readonly quietMs?: number; readonly meanwhile?: (work: Work) => Promise<void> } = {},
  ): Promise<Member> {
    const own = await openPostgres(url);
    const store = postgresStore(own);
    const inbox = createInbox({
      store,
      config: shopConfig({ conversation: { quiet_window_ms: options.quietMs ?? 0 } }),
      now: Date.now,
      log: noLog(),
      owner: name,
      isShared: true,
      async handle(work) {
        const texts = work.events.map(({ event: { body } }) => ("text" in body ? body.text : body.kind));
        await options.meanwhile?.(work);
        worked.push({ by: name, texts: texts.join("+") });
        await store.commitDesk(work, null, Date.now());
        return "done";
      },
      onSetAside: async () => undefined,
    });
    const drains = startDrains(postgresLaneQueue(own.pool), inbox, { concurrency: 4, log: noLog() });
    drains.wake();
    let stopping: Promise<void> | undefined;
    const member: Member = {
      inbox,
      store,
      stop: () => (stopping ??= drains.stop().then(() => own.pool.end())),
    };
    onTestFinished(() => member.stop());
    return member;
  }

  const says = (inbox: Inbox, text: string, place = "c1") => {
    events += 1;
    const address = { adapter: "chat", key: place };
    return inbox.intake(
      eventOf(`e${events}`, messageBody(`m${events}`, text), { address, sentAt: Date.now() }),
    );
  };

  it("works what another process took in, each place in its order and nothing twice", async () => {
    const members = [await join("a"), await join("b"), await join("c")];
    const places = Array.from({ length: 12 }, (_, index) => `p${index}`);
    for (const round of [1, 2, 3]) {
      await Promise.all(
        places.map((place, index) => {
          const member = members[(index + round) % members.length] as Member;
          return says(member.inbox, `${place}.${round}`, place);
        }),
      );
    }
    const done = () => worked.flatMap(({ texts }) => texts.split("+"));
    await until(() => done().length === 36);
    for (const place of places) {
      const own = done().filter((text) => text.startsWith(`${place}.`));
      expect(own).toEqual([1, 2, 3].map((round) => `${place}.${round}`));
    }
  });

  it("waits for the quiet window, whichever processes are asked, and makes one turn of a burst", async () => {
    const [one, two] = [await join("a", { quietMs: 700 }), await join("b", { quietMs: 700 })];
    await says(one.inbox, "hey");
    await says(two.inbox, "how do I");
    await says(one.inbox, "export?");
    await until(() => worked.length > 0);
    expect(worked.map(({ texts }) => texts)).toEqual(["hey+how do I+export?"]);
  });

  it("goes on with what came while a lane was being worked", async () => {
    const came = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const one = await join("a", {
      meanwhile: async () => {
        begun.resolve();
        await came.promise;
      },
    });
    await says(one.inbox, "first");
    await begun.promise;
    await says(one.inbox, "second");
    came.resolve();
    await until(() => worked.length === 2);
    expect(worked.map(({ texts }) => texts)).toEqual(["first", "second"]);
  });

  it("hands a lane on that it had not finished when it was stopped", async () => {
    const came = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const one = await join("a", {
      meanwhile: async () => {
        begun.resolve();
        await came.promise;
      },
    });
    await says(one.inbox, "first");
    await begun.promise;
    await says(one.inbox, "second");
    const stopping = one.stop();
    came.resolve();
    await stopping;
    expect(worked).toEqual([{ by: "a", texts: "first" }]);
    await join("b");
    await until(() => worked.length === 2);
    expect(worked[1]).toEqual({ by: "b", texts: "second" });
  });

  it("asks nobody for what was not written", async () => {
    const one = await join("a");
    const event = eventOf("once", messageBody("m", "hello"));
    await one.inbox.intake(event);
    await until(() => worked.length === 1);
    expect(await one.inbox.intake(event)).toBe("duplicate");
    const { rows } = await opened.pool.query("select 1 from graphile_worker._private_jobs");
    await until(async () => rows.length <= 1);
    expect(worked).toHaveLength(1);
  });
});
