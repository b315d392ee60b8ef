import { expect, test } from "@jest/globals";
import { isPlainlyPrivate, privateHostSchema } from "./private_host.ts";

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
