import { expect, test } from "@jest/globals";
import { addressRange } from "./address_range.ts";

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["10.0.0.0/8", "10.0.0.0/8"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["255.255.255.255/32", "255.255.255.255/32"],
  ["10.1.2.3/8", "10.1.2.3/8"],
  ["::1", "::1"],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
  ["2001:db8::/32", "2001:db8::/32"],
  ["::/0", "::/0"],
  ["::1/128", "::1/128"],
  // As a request's address would be compared.
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["::ffff:10.0.0.0/104", "10.0.0.0/8"],
  ["::ffff:0:0/96", "0.0.0.0/0"],
])("addressRange() reads %s as %s", (text, range) => {
  expect(addressRange().parse(text)).toBe(range);
});

test.each([
  "",
  " 10.0.0.1",
  "10.0.0.1 ",
  "10.1",
  "010.0.0.1",
  "0x7f.0.0.1",
  "256.0.0.1",
  "10.0.0.0/33",
  "10.0.0.0/08",
  "10.0.0.0/-1",
  "10.0.0.0/8/8",
  "10.0.0.0/",
  "/8",
  "10.0.0.0/255.0.0.0",
  "::1/129",
  "::ffff:10.0.0.0/95",
  "fe80::1%eth0",
  "[::1]",
  "localhost",
  "10.0.0.1:80",
  7,
  null,
  ["10.0.0.1"],
])("addressRange() refuses %j", (value) => {
  const parsed = addressRange().safeParse(value);
  expect(parsed.error?.issues[0]?.message).toContain("must be an address or a CIDR range");
});

test("addressRange() refuses a long text", () => {
  expect(addressRange().safeParse("1".repeat(100_000)).success).toBe(false);
});
