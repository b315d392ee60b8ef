import type { ConfiguredSource } from "@hookgate/config";
import { COMMON_CREDENTIAL_HEADERS, findProvider } from "@hookgate/providers";
import { expect, test } from "@jest/globals";
import { exampleSource } from "../suite/example_source.ts";
import { credentialHeaders } from "./credential_headers.ts";

const own: ConfiguredSource = {
  ...exampleSource({ name: "own", provider: "custom" }),
  recipe: { kind: "shared_secret", scheme: "token", from: { header: "x-token" } },
};

test.each([
  ["of a provider", "academy", "generic", findProvider("generic")?.credentialHeaders],
  ["of a provider whose source is gone", "gone", "stripe", COMMON_CREDENTIAL_HEADERS],
  ["of a recipe of one's own", "own", "custom", [...COMMON_CREDENTIAL_HEADERS, "x-token"]],
  ["of one that was removed", "gone", "custom", null],
  ["of one whose source has a provider now", "academy", "custom", null],
  ["of no provider at all", "academy", "constructor", null],
])("credentialHeaders() %s", (_, source, provider, names) => {
  expect(credentialHeaders({ source, provider }, [exampleSource(), own])).toEqual(names);
});
