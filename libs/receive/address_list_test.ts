import { expect, test } from "@jest/globals";
import { AddressList } from "./address_list.ts";

const list = new AddressList([
  "203.0.113.7",
  "198.51.100.0/24",
  "2001:db8::7",
  "2001:db8:5::/48",
  "192.0.2.128/32",
]);

test.each([
  ["203.0.113.7", true],
  ["203.0.113.8", false],
  ["198.51.100.0", true],
  ["198.51.100.255", true],
  ["198.51.101.0", false],
  ["2001:db8::7", true],
  ["2001:db8::8", false],
  ["2001:db8:5:ffff::1", true],
  ["2001:db8:6::1", false],
  ["192.0.2.128", true],
  ["192.0.2.129", false],
  ["unknown", false],
  ["", false],
])("AddressList.has(%j) is %j, again and again", (address, expected) => {
  expect(list.has(address)).toBe(expected);
  expect(list.has(address)).toBe(expected);
});

test("AddressList of everything has every address of its family", () => {
  const everything = new AddressList(["0.0.0.0/0"]);
  expect(everything.has("203.0.113.7")).toBe(true);
  expect(everything.has("2001:db8::7")).toBe(false);
});

test("AddressList without ranges has nothing", () => {
  expect(new AddressList([]).has("127.0.0.1")).toBe(false);
});

test("AddressList of all IPv6 has no IPv4 address", () => {
  const everything = new AddressList(["::/0"]);
  expect(everything.has("2001:db8::7")).toBe(true);
  expect(everything.has("203.0.113.7")).toBe(false);
});
