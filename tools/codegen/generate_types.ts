import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { basename, dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { PROTO_FILES, PROTO_OPTIONS, PROTOS_DIRECTORY } from "@hookgate/rpc";
import { generateNames } from "./generate_names.ts";
import { generateProtos } from "./generate_protos.ts";

const GENERATOR = createRequire(import.meta.url).resolve(
  "@grpc/proto-loader/build/bin/proto-loader-gen-types.js",
);

/** Generates the types of all messages and services, our names for them, and their tables, into a directory. */
export async function generateTypes(directory: string): Promise<void> {
  const flags = [
    ...loaderFlags(),
    "--includeComments",
    "--grpcLib=@grpc/grpc-js",
    "--importFileExtension=.ts",
    // Relative, because it is written into every file and has to be the same on every machine.
    `--includeDirs=${basename(PROTOS_DIRECTORY)}`,
    `--outDir=${resolve(directory)}`,
  ];
  const args = [GENERATOR, ...flags, ...PROTO_FILES];
  await promisify(execFile)(process.execPath, args, { cwd: dirname(PROTOS_DIRECTORY) });
  await generateNames(directory);
  await generateProtos(directory);
}

/** The options that the loader has at run time, as flags, so that the types match what it returns. */
function loaderFlags(): string[] {
  return Object.entries(PROTO_OPTIONS).map(([name, value]) =>
    typeof value === "boolean" ? `--${name}=${value}` : `--${name}=${value.name}`,
  );
}
