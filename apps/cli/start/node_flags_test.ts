import { readFileSync } from "node:fs";
import { APP_NODE_FLAGS } from "@hookgate/config";
import { expect, test } from "@jest/globals";

test.each(["nx.json", "apps/cli/package.json"])(
  "%s starts the apps with the same flags",
  (path) => {
    const text = readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
    expect(text).toMatch(new RegExp(`"node ${APP_NODE_FLAGS.join(" ")} [^"]*main\\.ts"`));
  },
);
