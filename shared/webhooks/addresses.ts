import { type LookupAddress, type LookupOptions, lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { env } from "#shared/platform/env.ts";

/**
 * Addresses that are not of the public internet (IANA's special-purpose registries, RFC 6890): from inside the service
 * they would lead to machines that no merchant can reach, among them the credentials of the function itself.
 */
const special = new BlockList();
for (const [net, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  special.addSubnet(net, prefix, "ipv4");
/** Of IPv6 only 2000::/3 is handed out; in it, what wraps an IPv4 address or is for documentation. */
const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");
for (const [net, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  special.addSubnet(net, prefix, "ipv6");

/** Whether an address, as digits, is of a machine that anybody on the internet reaches. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  if (version === 4) return !special.check(address, "ipv4");
  return global6.check(address, "ipv6") && !special.check(address, "ipv6");
}

/** Names that resolve to the machine itself or its own network, whatever a resolver says of them. */
const inside = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|home\.arpa|localdomain)$/;

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");

/** On one machine a receiver may be a program beside the service. */
const isLocalReceiver = ({ protocol, hostname }: URL): boolean =>
  env().STAGE === "local" && protocol === "http:" && hostname === "127.0.0.1";

/** The address as it is kept, or `undefined` where nothing may be sent. What its name resolves to is seen on sending. */
export function readUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || url.hash !== "") return undefined;
  if (isLocalReceiver(url)) return url;
  const host = hostOf(url);
  if (url.protocol !== "https:" || inside.test(host)) return undefined;
  const named = isIP(host) === 0 && host.includes(".");
  return named || isPublicAddress(host) ? url : undefined;
}

export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
}

type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Resolves a name for a connection, and refuses it when any of its addresses is not public. The very addresses that
 * were looked at are connected to, so that a name cannot change its mind in between.
 */
export const publicLookup =
  (resolve: Resolve = lookup): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error) return callback(error, [], undefined);
      if (!first || !addresses.every(({ address }) => isPublicAddress(address)))
        return callback(new AddressRefused("no address of the public internet"), [], undefined);
      if (options.all) return callback(null, addresses, undefined);
      return callback(null, first.address, first.family);
    });
  };
