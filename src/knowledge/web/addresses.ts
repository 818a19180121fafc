import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";

/** Everything that is not the public internet: loopback, private nets, link-local with the clouds' metadata, multicast. */
const INNER = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const) {
  INNER.addSubnet(net, bits, "ipv4");
}
for (const [net, bits] of [
  ["::", 127],
  ["64:ff9b::", 96],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const) {
  INNER.addSubnet(net, bits, "ipv6");
}

export function isInner(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return INNER.check(mapped, "ipv4");
  return INNER.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Rejects when a name leads to an address inside one's own net, or to none. */
export async function refuseInner(hostname: string): Promise<void> {
  const bare = hostname.replace(/^\[|\]$/g, "");
  const found = isIP(bare) ? [{ address: bare }] : await lookup(bare, { all: true });
  const inner = found.find(({ address }) => isInner(address));
  if (inner) throw new Error(`${hostname} leads to ${inner.address}, an address of an inner net`);
}
