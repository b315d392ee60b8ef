import type { ConfiguredSource } from "@hookgate/config";
import { expect, test } from "@jest/globals";
import { exampleSource } from "../suite/example_source.ts";
import { handedHeaders } from "./handed_headers.ts";

const own: ConfiguredSource = {
  ...exampleSource({ name: "own", provider: "custom" }),
  recipe: { kind: "shared_secret", scheme: "token", from: { header: "x-token" } },
};
const headers = Buffer.from("X-Token: abc\r\nX-Plain: caf\xe9\r\nCookie: a=b\r\n", "latin1");

test("handedHeaders() are a provider's own bytes, which the host reads", () => {
  expect(handedHeaders({ source: "academy", provider: "generic", headers }, [])).toBe(headers);
});

test("handedHeaders() of a recipe of one's own have no credentials", () => {
  const handed = handedHeaders({ source: "own", provider: "custom", headers }, [own]);
  expect(Buffer.from(handed)).toEqual(Buffer.from("X-Plain: caf\xe9\r\n", "latin1"));
});

test("handedHeaders() of a recipe that was removed are none", () => {
  expect(handedHeaders({ source: "own", provider: "custom", headers }, [])).toHaveLength(0);
});
