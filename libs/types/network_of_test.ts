import { expect, test } from "@jest/globals";
import { networkOf } from "./network_of.ts";

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["::", "0:0:0:0::/64"],
  ["1:2:3::", "1:2:3:0::/64"],
  ["::ffff:192.0.2.1", "0:0:0:0::/64"],
  ["64:ff9b:1:2:3:4:192.0.2.1", "64:ff9b:1:2::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["198.51.100.7", "198.51.100.7"],
  ["2001:db8:1:2::7", "2001:db8:1:2::/64"],
  ["2001:db8::7", "2001:db8:0:0::/64"],
  ["unknown", "unknown"],
  ["", ""],
  ["not an address", "not an address"],
  ["not:an:address", "not:an:address"],
  ["1.2.3.4:80", "1.2.3.4:80"],
])("networkOf(%j) is %j", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
