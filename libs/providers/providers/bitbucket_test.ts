import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { sign as signAsGithub } from "@octokit/webhooks-methods";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { bitbucket } from "./bitbucket.ts";

checkProvider(bitbucket);

test("bitbucket signs as GitHub's package does: Bitbucket has none of its own", async () => {
  const request = sampleRequest(bitbucket);
  const theirs = await signAsGithub("secret", Buffer.from(request.body).toString());
  const ours = sign(bitbucket.recipe, request, { secret: "secret", now: NOW });
  expect(ours.headers["x-hub-signature"]).toBe(theirs);
});

test("bitbucket verifies what Atlassian publishes as an example of this header", async () => {
  // developer.atlassian.com/cloud/jira/platform/webhooks, "Secure admin webhooks": Jira's, in the same words.
  const headers = {
    "x-hub-signature": "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9",
  };
  const request = { ...sampleRequest(bitbucket), headers, body: Buffer.from("Hello World!") };
  const secrets = [{ id: "1", value: "It's a Secret to Everybody" }];
  const verdict = await verify(bitbucket.recipe, incoming(request, NOW), { secrets });
  expect(verdict).toMatchObject({ ok: true, intact: true });
});

test.each([
  ["the digits without their prefix", (header: string) => header.slice(7)],
  ["what calls itself SHA-1", (header: string) => header.replace("sha256", "sha1")],
])("bitbucket refuses %s", async (_, write) => {
  const request = sign(bitbucket.recipe, sampleRequest(bitbucket), { secret: "s", now: NOW });
  const headers = { "x-hub-signature": write(request.headers["x-hub-signature"] ?? "") };
  const secrets = [{ id: "1", value: "s" }];
  const verdict = await verify(bitbucket.recipe, incoming({ ...request, headers }, NOW), {
    secrets,
  });
  expect(verdict).toEqual({ ok: false, reason: "malformed_header" });
});

test("bitbucket's id on Data Center is the request's, too", () => {
  const headers = { "x-request-id": "1b4e28ba", "x-event-key": "repo:refs_changed" };
  const seen = incoming({ ...sampleRequest(bitbucket), headers }, NOW);
  expect(describeEvent(bitbucket, seen)).toMatchObject({
    type: "repo:refs_changed",
    providerEventId: "1b4e28ba",
  });
});

test.each([
  ["as Data Center sends it", {}, 200],
  ["signed", { "x-hub-signature": "sha256=00" }, null],
  ["of another key", { "x-event-key": "repo:push" }, null],
])("bitbucket answers a test of the connection, %s, with %s", (_, headers, status) => {
  const request = bitbucket.handshake?.sample("", { url: "https://hooks.example.com/" });
  if (!request) throw new TypeError("Cannot test: there is no handshake");
  const seen = incoming({ ...request, headers: { ...request.headers, ...headers } }, NOW);
  const answer = bitbucket.handshake?.answer(seen, { secrets: [], settings: {} }) ?? null;
  expect(answer?.status ?? null).toBe(status);
});
