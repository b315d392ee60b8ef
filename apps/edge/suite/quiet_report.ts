import type { CreateEdgeOptions } from "../create_edge.ts";

/** A report that goes nowhere. */
export function quietReport(): CreateEdgeOptions["report"] {
  return {
    hasRoom: () => false,
    refused() {},
    used() {},
    handshake() {},
    enrol: async () => "closed",
  };
}
