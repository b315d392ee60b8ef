import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { readSettingFile } from "./setting_files.ts";

test("readSettingFile() reads text without a byte order mark", async () => {
  await using folder = await temporaryDirectory();
  const path = join(folder.path, "tokens.json");
  await writeFile(path, '\ufeff{"a": 1}\r\n');
  expect(JSON.parse(await readSettingFile("RPC_TOKENS_FILE", path))).toEqual({ a: 1 });
});
