import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const PROTOS = resolve(
  dirname(createRequire(import.meta.url).resolve("@grpc/reflection")),
  "../proto",
);

/** The one method of reflection. */
export function loadReflection(version: "v1" | "v1alpha"): ServiceDefinition[string] {
  const loaded = loadSync(`grpc/reflection/${version}/reflection.proto`, {
    includeDirs: [PROTOS],
    oneofs: true,
    defaults: true,
  });
  const service = loaded[`grpc.reflection.${version}.ServerReflection`] as ServiceDefinition;
  const method = service["ServerReflectionInfo"];
  if (!method) throw new Error("Cannot find reflection: its proto does not define it");
  return method;
}
