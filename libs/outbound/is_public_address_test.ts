import { expect, test } from "@jest/globals";
import { isPublicAddress } from "./is_public_address.ts";

test.each([
  "1.0.0.1",
  "8.8.8.8",
  "11.0.0.1",
  "100.63.255.255",
  "100.128.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "198.17.255.255",
  "198.20.0.0",
  "223.255.255.255",
  "2606:4700::1111",
  "2A00:1450:4001::200E",
  // Mapped and translated (NAT64): the IPv4 address counts.
  "::ffff:8.8.8.8",
  "::ffff:808:808",
  "64:ff9b::8.8.8.8",
  "64:ff9b::808:808",
])("isPublicAddress() knows %s for one of the internet", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each<[string, readonly string[]]>([
  ["unspecified", ["0.0.0.0", "0.255.255.255", "::", "::ffff:0.0.0.0", "64:ff9b::"]],
  ["this machine's", ["127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1", "::127.0.0.1"]],
  ["private", ["10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "::ffff:a01:203"]],
  ["shared by a provider's customers", ["100.64.0.0", "100.127.255.255", "::ffff:100.64.0.1"]],
  [
    "link-local",
    ["169.254.0.1", "169.254.169.254", "fe80::1", "febf::1", "::ffff:169.254.169.254"],
  ],
  ["of a protocol", ["192.0.0.1", "192.0.0.170", "192.88.99.1", "2001:1::1", "2001:20::1"]],
  ["for documentation", ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"]],
  ["for benchmarking", ["198.18.0.0", "198.19.255.255", "2001:2::1"]],
  ["multicast", ["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1", "::ffff:224.0.0.1"]],
  ["reserved", ["240.0.0.1", "254.255.255.255", "4000::1", "8000::1", "100::1", "5f00::1"]],
  ["broadcast", ["255.255.255.255", "::ffff:255.255.255.255"]],
  ["unique local", ["fc00::1", "fd12:3456:789a::1"]],
  ["site-local", ["fec0::1"]],
  ["compatible, deprecated", ["::2", "::8.8.8.8", "::10.0.0.1"]],
  ["translated from a private one", ["64:ff9b::10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"]],
  ["of a local translator", ["64:ff9b:1::808:808", "::ffff:0:8.8.8.8"]],
  ["6to4", ["2002:808:808::1", "2002:a00:1::1"]],
  ["Teredo", ["2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"]],
  ["with a zone", ["fe80::1%eth0", "2606:4700::1111%eth0", "8.8.8.8%1"]],
  ["in other notations", ["134744072", "0x8.8.8.8", "8.8.2056", "010.8.8.8", "[2606:4700::1111]"]],
  ["no address", ["", "rubbish", " 8.8.8.8", "8.8.8.8/8", "8.8.8.8:80", "example.com"]],
])("isPublicAddress() knows what is %s for none", (_, addresses) => {
  expect(addresses.filter((address) => isPublicAddress(address))).toEqual([]);
});
