import { BlockList, isIP, isIPv6 } from "node:net";

const PRIVATE = new BlockList();
for (const [net, prefix] of [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
] as const) {
  PRIVATE.addSubnet(net, prefix, "ipv4");
}
for (const [net, prefix] of [
  ["::1", 128],
  ["fc00::", 7],
  ["fe80::", 10],
] as const) {
  PRIVATE.addSubnet(net, prefix, "ipv6");
}

/**
 * True for an address on which only this machine or a private network can reach us. `0.0.0.0` and `::` are every address
 * that the machine has, and what a name stands for is not known here: both count as public.
 */
export function isPrivateHost(host: string): boolean {
  if (host === "localhost") return true;
  return isIP(host) !== 0 && PRIVATE.check(host, isIPv6(host) ? "ipv6" : "ipv4");
}
