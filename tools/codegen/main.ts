import { readFile, rm, writeFile } from "node:fs/promises";
import { commandLinePage } from "./command_line.ts";
import { generateTypes } from "./generate_types.ts";
import {
  COMMAND_LINE_PATH,
  GENERATED_DIRECTORY,
  OPENAPI_PATH,
  PROVIDERS_PATH,
} from "./generated_paths.ts";
import { openApi } from "./openapi.ts";
import { writeProvidersTables } from "./providers_table.ts";

// Emptied first, so that the type of a removed message goes, too.
await rm(GENERATED_DIRECTORY, { recursive: true, force: true });
await generateTypes(GENERATED_DIRECTORY);

await writeFile(PROVIDERS_PATH, writeProvidersTables(await readFile(PROVIDERS_PATH, "utf8")));
await writeFile(COMMAND_LINE_PATH, commandLinePage());
await writeFile(OPENAPI_PATH, openApi());
