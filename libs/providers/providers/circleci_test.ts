import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { circleci } from "./circleci.ts";

checkProvider(circleci);

// The table of examples in CircleCI's documentation.
test.each([
  ["hello world", "secret", "734cc62f32841568f45715aeb9f4d7891324e6d948e4c6c60c0621cdac48623a"],
  ["lalala", "another-secret", "daa220016c8f29a8b214fbfc3671aeec2145cfb1e6790184ffb38b6d0425fa00"],
  [
    "an-important-request-payload",
    "hunter123",
    "9be2242094a9a8c00c64306f382a7f9d691de910b4a266f67bd314ef18ac49fa",
  ],
])("circleci verifies the documented example %s", async (body, value, signature) => {
  const headers = { "circleci-signature": `v1=${signature},v2=abc` };
  const request = { ...sampleRequest(circleci), headers, body: Buffer.from(body) };
  const secrets = [{ id: "1", value }];
  const verdict = await verify(circleci.recipe, incoming(request, NOW), { secrets });
  expect(verdict).toMatchObject({ ok: true, intact: true });
});

test("circleci refuses a later version alone", async () => {
  const request = { ...sampleRequest(circleci), headers: { "circleci-signature": "v2=abc" } };
  const secrets = [{ id: "1", value: "secret" }];
  const verdict = await verify(circleci.recipe, incoming(request, NOW), { secrets });
  expect(verdict).toMatchObject({ ok: false, reason: "unknown_version" });
});
