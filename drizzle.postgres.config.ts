import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: [
    "./src/store/schema-postgres.ts",
    "./src/store/schema-postgres-knowledge.ts",
    "./src/store/schema-postgres-move.ts",
  ],
  out: "./drizzle-postgres",
});
