import { expect, test } from "@jest/globals";
import { addressRange, privateHostSchema } from "./address_schema.ts";
import { hostOf, isPlainlyPrivate } from "./addresses.ts";

test.each([
  ["https://CRM.example.com:8443/a", "crm.example.com"],
  ["http://10.0.0.7/", "10.0.0.7"],
  ["http://2130706433/", "127.0.0.1"],
  ["http://0x7f.1/", "127.0.0.1"],
  ["http://[::1]:8080/", "::1"],
  ["http://[::FFFF:127.0.0.1]/", "127.0.0.1"],
])("hostOf() of %s is %s", (url, expected) => {
  expect(hostOf(url)).toBe(expected);
});

test.each([
  ["localhost", "localhost"],
  ["crm.Internal", "crm.internal"],
  ["crm_1.prod-eu", "crm_1.prod-eu"],
  ["xn--bcher-kva.example", "xn--bcher-kva.example"],
  ["10.0.0.7", "10.0.0.7"],
  ["::1", "::1"],
  ["FD00:0:0::0001", "fd00::1"],
  ["::ffff:10.0.0.7", "10.0.0.7"],
  ["::ffff:a00:7", "10.0.0.7"],
])("privateHostSchema makes %s %s", (host, expected) => {
  expect(privateHostSchema.parse(host)).toBe(expected);
});

test.each([
  ...["", " ", "*", "*.internal", "crm.internal:8080", "http://crm.internal", "crm.internal/"],
  ...[
    "user@crm",
    "[::1]",
    "fe80::1%eth0",
    "10.0.0.0/8",
    "2130706433",
    "0x7f.1",
    "127.1",
    "010.0.0.7",
  ],
  ...["crm.internal.", ".internal", "a..b", "-a", "bücher.example", "crm\n", "x".repeat(64)],
  ...[`${"x.".repeat(127)}x`, 7, null, undefined, {}],
])("privateHostSchema refuses %j", (host) => {
  expect(privateHostSchema.safeParse(host).success).toBe(false);
});

test.each([
  ...["localhost", "app.localhost", "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1"],
  ...["169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1"],
  ...["::", "::1", "fc00::1", "fe80::1", "64:ff9b::a00:1", "2002:a00:1::"],
])("isPlainlyPrivate() holds for %s", (host) => {
  expect(isPlainlyPrivate(host)).toBe(true);
});

test.each(["crm.internal", "localhost.example.com", "8.8.8.8", "2606:4700::1111", ""])(
  "isPlainlyPrivate() does not hold for %j",
  (host) => {
    expect(isPlainlyPrivate(host)).toBe(false);
  },
);

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
