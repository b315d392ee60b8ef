import ipaddr from "ipaddr.js";
import { LRUCache } from "lru-cache";

/** Addresses whose membership is remembered: providers send from few, and a list may have a thousand ranges. */
const REMEMBERED_MAX = 1_000;

/** A set of addresses and CIDR ranges, compiled once. Addresses are asked for in canonical form. */
export class AddressList {
  readonly #exact = new Set<string>();
  readonly #ipv4: [ipaddr.IPv4, number][] = [];
  readonly #ipv6: [ipaddr.IPv6, number][] = [];
  readonly #remembered = new LRUCache<string, boolean>({ max: REMEMBERED_MAX });

  /** Takes what `loadConfig` has validated. */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) this.#add(range);
  }

  /** Whether the address is one of the list's, or within one of its ranges. */
  has(address: string): boolean {
    if (this.#exact.has(address)) return true;
    if (this.#ipv4.length + this.#ipv6.length === 0) return false;
    const remembered = this.#remembered.get(address);
    if (remembered !== undefined) return remembered;
    const within = this.#within(address);
    this.#remembered.set(address, within);
    return within;
  }

  #add(range: string): void {
    if (!range.includes("/")) {
      this.#exact.add(ipaddr.process(range).toString());
      return;
    }
    const [address, bits] = ipaddr.parseCIDR(range);
    if (address instanceof ipaddr.IPv4) this.#ipv4.push([address, bits]);
    else this.#ipv6.push([address, bits]);
  }

  #within(text: string): boolean {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.parse(text);
    const ranges = address instanceof ipaddr.IPv4 ? this.#ipv4 : this.#ipv6;
    return ranges.some((range) => address.match(range));
  }
}
