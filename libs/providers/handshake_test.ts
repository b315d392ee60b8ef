import { expect, test } from "@jest/globals";
import { answerJson, echoChallenge, refuseHandshake } from "./handshake.ts";

test("echoChallenge() answers with the challenge as text that no browser takes for a page", () => {
  expect(echoChallenge("a-B_9.~+/=")).toEqual({
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
    body: "a-B_9.~+/=",
  });
});

test("echoChallenge() answers with the challenge in a member of an object", () => {
  expect(echoChallenge("abc", { member: "verification" })).toMatchObject({
    headers: { "content-type": "application/json; charset=utf-8" },
    body: '{"verification":"abc"}',
  });
});

test.each([
  ["none", undefined],
  ["several", null],
  ["an empty one", ""],
  ["a tag", "<script>"],
  ["an event", '{"type":"a"}'],
  ["signed text", "v0:1:x"],
  ["a new line", "a\r\nb"],
  ["a long one", "a".repeat(501)],
])("echoChallenge() refuses %s", (_, challenge) => {
  const refused = { status: 400, body: "", refused: expect.any(String) };
  expect(echoChallenge(challenge)).toMatchObject(refused);
  expect(echoChallenge(challenge, { member: "challenge" })).toMatchObject(refused);
});

test("echoChallenge() uses the provider's own pattern if there is one", () => {
  expect(echoChallenge("a b", { pattern: /^[a-z ]+$/ })).toMatchObject({ status: 200 });
  expect(echoChallenge("ab1", { pattern: /^[a-z ]+$/ })).toMatchObject({ status: 400 });
});

test("refuseHandshake() tells the log, not the caller", () => {
  expect(refuseHandshake(403, "the token is another")).toMatchObject({ status: 403, body: "" });
});

test("answerJson() answers with an object", () => {
  expect(answerJson({ type: 1 })).toMatchObject({ status: 200, body: '{"type":1}' });
});
