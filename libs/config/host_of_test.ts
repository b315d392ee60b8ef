import { expect, test } from "@jest/globals";
import { hostOf } from "./host_of.ts";

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
