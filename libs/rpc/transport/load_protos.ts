import type { ServiceDefinition } from "@grpc/grpc-js";
import { loadSync, type PackageDefinition } from "@grpc/proto-loader";
import { PROTO_FILES, PROTO_OPTIONS, PROTOS_DIRECTORY } from "./proto_options.ts";

/** Everything that {@linkcode PROTO_FILES} define and import. */
export const PROTOS: PackageDefinition = loadSync([...PROTO_FILES], {
  ...PROTO_OPTIONS,
  includeDirs: [PROTOS_DIRECTORY],
});

/** Full names of the services. */
export const INGEST_SERVICE = "hookgate.v1.IngestService";
export const ADMIN_SERVICE = "hookgate.v1.AdminService";
export const SUBSCRIPTION_SERVICE = "hookgate.v1.SubscriptionService";

/** The definition of a service, by its full name. */
export function serviceDefinition(name: string): ServiceDefinition {
  const definition = PROTOS[name];
  if (!definition || "format" in definition) {
    throw new Error(`Cannot find the service ${name}: the protos do not define it`);
  }
  return definition;
}

/** The definition of a method, by the full name of its service and its own. */
export function methodDefinition(service: string, method: string): ServiceDefinition[string] {
  const definition = serviceDefinition(service)[method];
  if (!definition) throw new Error(`Cannot find the method ${method}: ${service} has none`);
  return definition;
}
