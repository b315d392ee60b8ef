import { BlockList } from "node:net";

/** What a source's allow list says about an address. `shadow`: it is not in the list, but only noted. */
export type AddressVerdict = "allowed" | "shadow" | "refused";

/** A set of addresses and CIDR ranges, compiled once. `has` takes addresses in canonical form. */
export class AddressList {
  readonly #exact = new Set<string>();
  // One list per family: in a shared one `::/0` would contain every IPv4 address, too.
  readonly #ipv4 = new BlockList();
  readonly #ipv6 = new BlockList();
  #hasRanges = false;

  /** Takes canonical ranges, as `loadConfig` returns them. */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) this.#add(range);
  }

  /** Whether the address is in the list, or in one of its ranges. */
  has(address: string): boolean {
    if (this.#exact.has(address)) return true;
    if (!this.#hasRanges) return false;
    return isIpv6(address) ? this.#ipv6.check(address, "ipv6") : this.#ipv4.check(address, "ipv4");
  }

  #add(range: string): void {
    const [network = "", bits] = range.split("/", 2);
    if (bits === undefined) {
      this.#exact.add(network);
      return;
    }
    this.#hasRanges = true;
    if (isIpv6(network)) this.#ipv6.addSubnet(network, Number(bits), "ipv6");
    else this.#ipv4.addSubnet(network, Number(bits), "ipv4");
  }
}

function isIpv6(address: string): boolean {
  return address.includes(":");
}
