import type { Server } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { protoPath as HEALTH_PROTO } from "grpc-health-check";
import { PROTO_FILES, PROTOS_DIRECTORY } from "./proto_options.ts";

/** Serves reflection for these services and for health, so that a tool such as grpcurl needs no `.proto` file. */
export function serveReflection(server: Server, services: readonly string[]): void {
  // With the names of fields as the protos have them: what others call them by.
  const named = { keepCase: true, includeDirs: [PROTOS_DIRECTORY] };
  const definitions = { ...loadSync([...PROTO_FILES], named), ...loadSync(HEALTH_PROTO, named) };
  const reflection = new ReflectionService(definitions, {
    services: [...services, "grpc.health.v1.Health"],
  });
  reflection.addToServer(server);
}
