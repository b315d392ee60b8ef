import { join } from "node:path";
import {
  type ClientDuplexStream,
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** What the server sends: events that are not stored anywhere. */
export interface FanoutResponse {
  events: { id: string; headers: Uint8Array; body: Uint8Array; sha256: Uint8Array }[];
}

/** What a reader answers: ids of events. */
export interface FanoutRequest {
  acks: string[];
}

const definition = loadSync(join(import.meta.dirname, "fanout.proto"));

/** The service of `fanout.proto`, as grpc-js makes it. */
export const Fanout = (
  loadPackageDefinition(definition) as unknown as { bench: { Fanout: ServiceClientConstructor } }
).bench.Fanout;

/** Opens a stream on a connection of its own, as readers in processes of their own would have. */
export function openReader(port: number) {
  const client = new Fanout(`127.0.0.1:${port}`, credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
  });
  const open = client["Read"] as () => ClientDuplexStream<FanoutRequest, FanoutResponse>;
  return { client, call: open.call(client) };
}
