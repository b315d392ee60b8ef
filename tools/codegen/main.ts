import { readFile, rm, writeFile } from "node:fs/promises";
import { generateTypes } from "./generate_types.ts";
import { GENERATED_DIRECTORY, README_PATH } from "./generated_directory.ts";
import { writeProvidersTable } from "./providers_table.ts";

// First emptied: the type of a message that is gone goes too.
await rm(GENERATED_DIRECTORY, { recursive: true, force: true });
await generateTypes(GENERATED_DIRECTORY);

await writeFile(README_PATH, writeProvidersTable(await readFile(README_PATH, "utf8")));
