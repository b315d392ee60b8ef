import type { AgendaBackend } from "agenda";
import { MemoryJobRepository } from "./memory_job_repository.ts";

/** Agenda's backend for the embedded store. */
export function memoryBackend(): AgendaBackend {
  return {
    name: "memory",
    repository: new MemoryJobRepository(),
    ownsConnection: true,
    connect: async () => {},
    disconnect: async () => {},
  };
}
