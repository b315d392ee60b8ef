import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { dropbox } from "./dropbox.ts";

checkProvider(dropbox);

test("dropbox verifies the documented formula", async () => {
  const request = sampleRequest(dropbox);
  const mac = createHmac("sha256", "app secret").update(request.body).digest("hex");
  const seen = incoming({ ...request, headers: { "x-dropbox-signature": mac } }, NOW);
  const secrets = [{ id: "1", value: "app secret" }];
  expect(await verify(dropbox.recipe, seen, { secrets })).toMatchObject({ ok: true });
});

test("dropbox answers a challenge with the headers that the documentation asks for", () => {
  expect(get("challenge=abc123")).toEqual({
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
    body: "abc123",
  });
});

test.each(["challenge=", "challenge=%3Cscript%3E", "challenge=a&challenge=b"])(
  "dropbox does not send back ?%s",
  (query) => {
    expect(get(query)).toMatchObject({ status: 400, body: "" });
  },
);

test("dropbox takes no other request for a challenge", () => {
  expect(get("")).toBeNull();
  const request = { ...sampleRequest(dropbox), url: "https://hooks.example.com/x?challenge=a" };
  const options = { secrets: [], settings: {} };
  expect(dropbox.handshake?.answer(incoming(request, NOW), options)).toBeNull();
});

test.each([
  ['{"list_folder":{"accounts":["dbid:1"]},"delta":{"users":[1]}}', "list_folder"],
  ['{"list_folder":true}', "unknown"],
  ["{}", "unknown"],
])("dropbox describes %s", (body, type) => {
  const request = { ...sampleRequest(dropbox), body: Buffer.from(body) };
  expect(describeEvent(dropbox, incoming(request, NOW)).type).toBe(type);
});

function get(query: string) {
  const url = `https://hooks.example.com/api/webhooks/dropbox?${query}`;
  const request = { method: "GET", url, headers: {}, body: new Uint8Array() };
  return dropbox.handshake?.answer(incoming(request, NOW), { secrets: [], settings: {} });
}
