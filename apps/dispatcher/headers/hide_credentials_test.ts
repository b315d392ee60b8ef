import { expect, test } from "@jest/globals";
import { hideEndpointCredentials, hideUrlCredentials } from "./hide_credentials.ts";

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
  ["generic", "https://h/a?Token=s&secret=s&a=b", "https://h/a?Token=(hidden)&secret=(hidden)&a=b"],
  ["twilio", "https://h/twilio?bodySHA256=ab", "https://h/twilio?bodySHA256=ab"],
  ["gone", "https://h/gone?a=1&b=2", "https://h/gone?a=(hidden)&b=(hidden)"],
])("hideUrlCredentials() of %s shows %s as %s", (provider, url, shown) => {
  expect(hideUrlCredentials({ source: "s", provider, url }, [])).toBe(shown);
});

test.each([
  ["https://crm.example.com/hooks", "https://crm.example.com/hooks"],
  ["https://crm.example.com", "https://crm.example.com/"],
  ["http://[::1]:8080/a%20b", "http://[::1]:8080/a%20b"],
  ["https://crm.example.com/hooks?key=s3cret", "https://crm.example.com/hooks?key=(hidden)"],
  [
    "https://crm.example.com/?a=1&b=x=y&b=2",
    "https://crm.example.com/?a=(hidden)&b=(hidden)&b=(hidden)",
  ],
  ["https://crm.example.com/?s3cret", "https://crm.example.com/?(hidden)"],
  ["https://crm.example.com/?", "https://crm.example.com/"],
  ["https://me:s3cret@crm.example.com/", "https://(hidden)@crm.example.com/"],
  ["https://s3cret@crm.example.com/", "https://(hidden)@crm.example.com/"],
  ["https://crm.example.com/#s3cret", "https://crm.example.com/"],
  ["s3cret", "(hidden)"],
])("hideEndpointCredentials(%j) is %j", (url, shown) => {
  expect(hideEndpointCredentials(url)).toBe(shown);
});
