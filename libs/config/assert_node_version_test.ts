import { expect, test } from "@jest/globals";
import { assertNodeVersion } from "./assert_node_version.ts";
import { ConfigError } from "./config_error.ts";

test.each(["24.0.0", "24.21.0", "25.0.0-nightly", "100.1.2"])(
  "assertNodeVersion() takes %s",
  (version) => {
    expect(() => assertNodeVersion(version)).not.toThrow();
  },
);

test.each(["23.11.0", "20.20.0", "8.0.0", ""])("assertNodeVersion() refuses %j", (version) => {
  expect(() => assertNodeVersion(version)).toThrow(ConfigError);
  expect(() => assertNodeVersion(version)).toThrow(
    `Node 24 or newer is needed, but this is Node ${version}`,
  );
});

test("assertNodeVersion() looks at the Node that runs it", () => {
  expect(() => assertNodeVersion()).not.toThrow();
});
