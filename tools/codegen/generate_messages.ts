import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const PACKAGE = "hookgate/v1";

/** The written file, below the directory of generated types. */
const MESSAGES_FILE = "messages.ts";

/**
 * Writes the names that the rest of Hookgate uses for the types in a directory of generated types: requests and
 * responses of calls as the protos have them, every other message with the suffix `Message` and every enum with the
 * suffix `Enum`, so that none shares a name with a type of our own.
 */
export async function generateMessages(directory: string): Promise<void> {
  const files = await readdir(join(directory, PACKAGE));
  const texts = await Promise.all(
    files.toSorted().map((file) => readFile(join(directory, PACKAGE, file), "utf8")),
  );
  const ofCalls = new Set(texts.flatMap(typesOfCalls));
  const types = texts.flatMap((text) => {
    const [, kind, name] = /^export (interface|type) (\w+)__Output\b/m.exec(text) ?? [];
    return name === undefined ? [] : [{ name, isEnum: kind === "type" }];
  });
  const lines = [
    "// Written by `npm run codegen`, from the protos.",
    `import type { Plain } from "../plain.ts";`,
    ...types.map(({ name }) => `import type { ${name}__Output } from "./${PACKAGE}/${name}.ts";`),
    "",
    ...types.map(({ name, isEnum }) => {
      if (isEnum) return `export type ${name}Enum = ${name}__Output;`;
      return `export type ${ofCalls.has(name) ? name : `${name}Message`} = Plain<${name}__Output>;`;
    }),
  ];
  await writeFile(join(directory, MESSAGES_FILE), `${lines.join("\n")}\n`);
}

/** The names of the requests and responses of a service's calls; none for a file that is not a service. */
function typesOfCalls(text: string): string[] {
  const methods = text.matchAll(/: MethodDefinition<_\w+?_v1_(\w+), _\w+?_v1_(\w+),/g);
  return [...methods].flatMap(([, request = "", response = ""]) => [request, response]);
}
