import { expect, test } from "@jest/globals";
import { newAttempt, newSubscription } from "../suite/fixtures.ts";
import { completeAttempt, completeDefinition } from "./version_1.ts";

test("completeDefinition() adds what version 1 did not store, and keeps the rest", () => {
  const { sources: _s, where: _w, orderBy: _o, backlog: _b, ...stored } = newSubscription("mail");
  expect(completeDefinition(stored)).toEqual({
    ...newSubscription("mail"),
    backlog: { deliveriesMax: 1_000_000, bytesMax: 4 * 1024 ** 3, ageMsMax: 604_800_000 },
  });
});

test("completeDefinition() leaves a complete definition as it is", () => {
  const complete = newSubscription("mail", { sources: ["stripe/eu"], orderBy: "/data/id" });
  expect(completeDefinition(complete)).toEqual(complete);
});

test("completeAttempt() adds a response of null only if there is none", () => {
  const attempt = newAttempt();
  const { response: _, ...stored } = attempt;
  expect(completeAttempt(stored)).toEqual(attempt);
  const answered = newAttempt({
    response: { status: 500, headers: "", body: new Uint8Array(), bodyBytes: 0 } as never,
  });
  expect(completeAttempt(answered)).toEqual(answered);
});
