import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { PROTO_FILES, PROTO_OPTIONS, PROTOS_DIRECTORY } from "@hookgate/rpc";

const GENERATOR = createRequire(import.meta.url).resolve(
  "@grpc/proto-loader/build/bin/proto-loader-gen-types.js",
);

/** Generates the types of all messages and services into a directory. */
export async function generateTypes(directory: string): Promise<void> {
  await promisify(execFile)(process.execPath, [
    GENERATOR,
    ...loaderFlags(),
    "--includeComments",
    "--grpcLib=@grpc/grpc-js",
    "--importFileExtension=.ts",
    `--includeDirs=${PROTOS_DIRECTORY}`,
    `--outDir=${directory}`,
    ...PROTO_FILES,
  ]);
}

/** What the loader does at run time, as flags: types that promise anything else would lie. */
function loaderFlags(): string[] {
  return Object.entries(PROTO_OPTIONS).map(([name, value]) =>
    typeof value === "boolean" ? `--${name}=${value}` : `--${name}=${value.name}`,
  );
}
