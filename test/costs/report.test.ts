import { describeReports } from "../contracts/reports.ts";
import { inSqlite } from "./seed.ts";

describeReports("SQLite", async () => inSqlite());
