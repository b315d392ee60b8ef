import type { Server } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";

/** Serves grpc.health.v1.Health for the server as a whole and for each service; says NOT_SERVING until it is told. */
export function serveHealth(
  server: Server,
  services: readonly string[],
): { setServing(serving: boolean): void } {
  const names = ["", ...services];
  const health = new HealthImplementation();
  const setServing = (serving: boolean) => {
    for (const name of names) health.setStatus(name, serving ? "SERVING" : "NOT_SERVING");
  };
  setServing(false);
  health.addToServer(server);
  return { setServing };
}
