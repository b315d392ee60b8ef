import { rm } from "node:fs/promises";
import { generateTypes } from "./generate_types.ts";
import { GENERATED_DIRECTORY } from "./generated_directory.ts";

// First emptied: the type of a message that is gone goes too.
await rm(GENERATED_DIRECTORY, { recursive: true, force: true });
await generateTypes(GENERATED_DIRECTORY);
