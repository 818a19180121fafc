/**
 * Another process of Deskhand that is working out vectors and never comes to an end: `node hold-turn.ts URL`. Says `held`
 * once it has the turn; whoever started it kills it.
 */
import { postgresKnowledge } from "../../src/store/postgres/knowledge.ts";
import { openPostgres } from "../../src/store/postgres/open.ts";

const { db } = await openPostgres(process.argv[2] ?? "");
const whose = await postgresKnowledge(db).inTurn(async () => {
  process.stdout.write("held\n");
  await new Promise(() => setInterval(() => undefined, 60_000));
});
process.stdout.write(`${whose}\n`);
