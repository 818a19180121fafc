# Deskhand as an image: docker build -t deskhand .
# What stands here is carried out, step by step and without a container engine, by deploy/prove-image.ts.

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Nothing that the program needs is made by an install script, so none is run.
# TypeScript is a development dependency; npm keeps it because a library could use it for settings that we do not have.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/typescript node_modules/@typescript

FROM node:24-bookworm-slim
ENV NODE_ENV=production
# The database is on a volume, the configuration and the articles beside it come from outside.
ENV DATABASE_URL=file:/data/deskhand.db
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY src ./src
COPY adapters ./adapters
COPY drizzle ./drizzle
COPY drizzle-postgres ./drizzle-postgres
COPY examples ./examples
RUN mkdir /data /shop && chown node:node /data
VOLUME ["/data"]
USER node
# /healthz, when ops.http is set; a configuration without it has nothing to ask, and counts as healthy.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["node", "src/cli/main.ts", "health"]
ENTRYPOINT ["node", "/app/src/cli/main.ts"]
CMD ["start"]
