import { expect, test } from "@jest/globals";
import { enrolledSecretId } from "./enrolled_secret_id.ts";

test("enrolledSecretId() is the same for the same secret, and another for another", () => {
  expect(enrolledSecretId("secret")).toBe("enrolled-2bb80d53");
  expect(enrolledSecretId("secret2")).not.toBe(enrolledSecretId("secret"));
});
