import { expect, test } from "@jest/globals";
import { limitedNetwork } from "./limited_network.ts";

test.each([
  ["198.51.100.7", "198.51.100.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::7", "2001:db8:1:2::/64"],
  ["2001:db8::7", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["unknown", "unknown"],
])("limitedNetwork(%j) is %j", (address, network) => {
  expect(limitedNetwork(address)).toBe(network);
});
