import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

/** A port of this machine that nobody listens on; somebody else may take it before the caller does. */
export async function freePort(host = "127.0.0.1"): Promise<number> {
  const probe = createServer().listen(0, host);
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
