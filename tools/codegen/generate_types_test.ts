import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROTO_FILES, PROTOS_DIRECTORY } from "@hookgate/rpc";
import { expect, test } from "@jest/globals";
import { generateTypes } from "./generate_types.ts";
import { GENERATED_DIRECTORY } from "./generated_paths.ts";

async function readFiles(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries.filter((found) => found.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(directory.length + 1), await readFile(path, "utf8"));
  }
  return files;
}

test("the committed types are what the protos generate; if they differ run npm run codegen", async () => {
  const directory = await mkdtemp(join(tmpdir(), "hookgate-codegen-"));
  try {
    await generateTypes(directory);
    const generated = await readFiles(directory);
    expect(generated.size).toBeGreaterThan(20);
    expect(await readFiles(GENERATED_DIRECTORY)).toEqual(generated);
  } finally {
    await rm(directory, { recursive: true });
  }
}, 60_000);

test("every .proto file that defines a service is loaded and generated", async () => {
  const protos = await readFiles(PROTOS_DIRECTORY);
  const serving = [...protos].filter(([, text]) => /^service /m.test(text)).map(([path]) => path);
  expect(serving.sort()).toEqual([...PROTO_FILES]);
});
