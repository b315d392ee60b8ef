import type { Server } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { protoPath as HEALTH_PROTO } from "grpc-health-check";
import { PROTOS } from "./load_protos.ts";

/** Serves reflection for these services and for health, so that a tool such as grpcurl needs no `.proto` file. */
export function serveReflection(server: Server, services: readonly string[]): void {
  const definitions = { ...PROTOS, ...loadSync(HEALTH_PROTO) };
  const reflection = new ReflectionService(definitions, {
    services: [...services, "grpc.health.v1.Health"],
  });
  reflection.addToServer(server);
}
