import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { APP_NODE_FLAGS } from "@hookgate/config";
import { expect, test } from "@jest/globals";

const ROOT = resolve(import.meta.dirname, "../..");

/** A command line, as a text or as a list, of an app that carries events. */
const COMMANDS = /\bnode\b([^\n`]*?)apps\/(?:edge\/|dispatcher\/|cli\/start\/gateway_)main\.ts/g;

const files = ["Dockerfile", "docs/containers.md", ...filesIn("deploy")];

function filesIn(folder: string): string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  const found = entries.filter((entry) => entry.isFile());
  return found.map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length + 1));
}

test("every container that carries events starts with the flags that npm start gives its apps", () => {
  const commands = files.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), "utf8");
    return [...text.matchAll(COMMANDS)].map(([, flags = ""]) => ({ file, flags }));
  });
  expect(commands.map(({ file }) => file)).toEqual(
    expect.arrayContaining(["Dockerfile", "docs/containers.md", "deploy/compose/mongodb.yaml"]),
  );
  for (const { file, flags } of commands) {
    expect([file, flags.match(/--[\w=-]+/g)]).toEqual([file, APP_NODE_FLAGS]);
  }
});
