import { expect, test } from "@jest/globals";
import { givenHeaders } from "./given_headers.ts";

const block = (text: string) => Buffer.from(text, "latin1");

test.each([
  [
    "a provider's",
    "gitlab",
    "X-Gitlab-Token: secret\r\nX-Gitlab-Event: Push\r\n",
    "X-Gitlab-Event: Push\r\n",
  ],
  ["an unknown provider's", "custom", "Authorization: Basic x\r\nX-A: b\r\n", "X-A: b\r\n"],
  ["several of one name", "generic", "X-A: 1\r\nx-a: caf\xe9\r\n", "X-A: 1\r\nx-a: caf\xe9\r\n"],
  ["none", "generic", "", ""],
])("givenHeaders() leaves credentials out: %s", (_what, provider, given, left) => {
  expect(Buffer.from(givenHeaders(block(given), { provider }))).toEqual(block(left));
});
