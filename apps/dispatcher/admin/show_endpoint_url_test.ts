import { expect, test } from "@jest/globals";
import { showEndpointUrl } from "./show_endpoint_url.ts";

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
])("showEndpointUrl(%j) is %j", (url, shown) => {
  expect(showEndpointUrl(url)).toBe(shown);
});
