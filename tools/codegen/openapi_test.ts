import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { OPENAPI_PATH } from "./generated_paths.ts";
import { openApi } from "./openapi.ts";

test("the committed OpenAPI is what `npm run codegen` writes", async () => {
  expect(openApi()).toBe(await readFile(OPENAPI_PATH, "utf8"));
});

test("openApi() makes a read of a call that gets or lists, and an action of every other", () => {
  const { paths, components } = JSON.parse(openApi());
  expect(paths["/api/v1/list-events"].get).toMatchObject({
    operationId: "listEvents",
    "x-scope": "view",
  });
  expect(paths["/api/v1/retry-delivery"].post["x-scope"]).toBe("admin");
  expect(components.schemas.DeliveryState.enum).toContain("dead");
  expect(components.schemas.Event.properties.body.contentEncoding).toBe("base64");
});

test("openApi() requires of an answer what a response always has, and nothing of a request", () => {
  const { schemas } = JSON.parse(openApi()).components;
  expect(schemas.Delivery.required).toContain("reason");
  expect(schemas.Delivery.required).not.toContain("nextAttemptAtMs");
  expect(schemas.ReplayFilter).not.toHaveProperty("required");
});
