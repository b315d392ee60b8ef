import { resolve } from "node:path";

/** Where the `.proto` files are. */
export const PROTOS_DIRECTORY: string = resolve(import.meta.dirname, "../../../protos");

/** The `.proto` files that define services, below {@linkcode PROTOS_DIRECTORY}; they import the others. */
export const PROTO_FILES: readonly string[] = [
  "hookgate/v1/admin.proto",
  "hookgate/v1/ingest.proto",
  "hookgate/v1/subscription.proto",
];

/** How messages become objects. The loader and the generator of types use the same options, so that they agree. */
export const PROTO_OPTIONS = {
  keepCase: false,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
} as const;
