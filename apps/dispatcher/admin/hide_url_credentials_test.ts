import { expect, test } from "@jest/globals";
import { hideUrlCredentials } from "./hide_url_credentials.ts";

test.each([
  ["kajabi", "https://h/kajabi?token=secret", "https://h/kajabi?token=(hidden)"],
  ["kajabi", "https://h/kajabi?a=1&t%6fken=s=e&b", "https://h/kajabi?a=1&t%6fken=(hidden)&b"],
  [
    "kajabi",
    "https://h/kajabi?token=one&token=two",
    "https://h/kajabi?token=(hidden)&token=(hidden)",
  ],
  ["kajabi", "https://h/kajabi", "https://h/kajabi"],
  ["kajabi", "https://h/kajabi?%E0%A4%A=1", "https://h/kajabi?%E0%A4%A=1"],
  ["monday", "https://h/monday?token=secret", "https://h/monday?token=(hidden)"],
  ["twilio", "https://h/twilio?bodySHA256=ab", "https://h/twilio?bodySHA256=ab"],
  ["gone", "https://h/gone?a=1&b=2", "https://h/gone?a=(hidden)&b=(hidden)"],
])("hideUrlCredentials() of %s shows %s as %s", (provider, url, shown) => {
  expect(hideUrlCredentials({ source: "s", provider, url }, [])).toBe(shown);
});
