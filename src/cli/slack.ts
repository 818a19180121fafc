import { parseArgs } from "node:util";

import { manifestFor, manifestText } from "../../adapters/slack/manifest.ts";
import { loadConfig } from "../config/load.ts";

const USAGE = "Usage: deskhand slack manifest [--http] [--json|--yaml]\n";

/**
 * `deskhand slack manifest` prints the manifest that Slack makes the app from: for Socket Mode, or with `--http` for
 * slack.http.public_url. YAML, which "From a manifest" takes; `--json` for Slack's API.
 */
export async function runSlack(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: "string" },
      http: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      yaml: { type: "boolean", default: false },
    },
  });
  if (positionals.length !== 1 || positionals[0] !== "manifest" || (values.json && values.yaml)) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { config } = loadConfig(values.config, process.env, process.cwd());
  const manifest = manifestFor(config, values.http ? "http" : "socket");
  process.stdout.write(manifestText(manifest, values.json ? "json" : "yaml"));
  return 0;
}
