import { expect, test } from "@jest/globals";
import { findProvider } from "../source_provider.ts";
import { hideQueryCredentials } from "./query_credentials.ts";

test.each([
  ["event_grid", "code=secret&type=a", "code=(hidden)&type=a"],
  ["twilio", "code=200&Body=hi", "code=200&Body=hi"],
  ["twilio", "api_key=secret&a=1", "api_key=(hidden)&a=1"],
  ["twilio", "%61ccess_token=secret", "%61ccess_token=(hidden)"],
  ["twilio", "a=1&Password=secret", "a=1&Password=(hidden)"],
  ["twilio", "api_key&a", "api_key&a"],
  ["nobody", "a=1&b", "a=(hidden)&b"],
])("hideQueryCredentials() of %s: %s", (id, query, shown) => {
  expect(hideQueryCredentials(query, findProvider(id))).toBe(shown);
});
