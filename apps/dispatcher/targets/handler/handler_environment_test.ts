import { expect, test } from "@jest/globals";
import { handlerEnvironment } from "./handler_environment.ts";

test("handlerEnvironment() passes on harmless variables and those that are named", () => {
  const environment = {
    PATH: "/bin",
    TZ: "UTC",
    LC_ALL: "C",
    NODE_ENV: "production",
    NODE_COMPILE_CACHE: "/cache",
    CRM_TOKEN: "given",
    UNSET: undefined,
    RPC_TOKEN: "no",
    WEBHOOK_SECRET: "no",
    MONGODB_URI: "no",
    STRIPE_SECRET: "no",
    HTTPS_PROXY: "http://user:no@proxy",
    LC_SECRET_1: "no",
  };
  expect(handlerEnvironment(environment, { names: ["CRM_TOKEN", "UNSET", "MISSING"] })).toEqual({
    PATH: "/bin",
    TZ: "UTC",
    LC_ALL: "C",
    NODE_ENV: "production",
    NODE_COMPILE_CACHE: "/cache",
    CRM_TOKEN: "given",
  });
});
