import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import protobuf from "protobufjs/light.js";
import { SERVICES } from "../generated/protos.ts";
import { PROTO_OPTIONS } from "./proto_options.ts";
import { deliveriesSerializer } from "./serialize_deliveries.ts";

/** Full names of the services. */
export const INGEST_SERVICE = "hookgate.v1.IngestService";
export const ADMIN_SERVICE = "hookgate.v1.AdminService";
export const SUBSCRIPTION_SERVICE = "hookgate.v1.SubscriptionService";

/** A service as `npm run codegen` writes it. */
interface ServiceTable {
  methods: Readonly<Record<string, MethodTable>>;
  messages: protobuf.INamespace;
}

const definitions = new Map<string, ServiceDefinition>();

/** A method of it: the names of its messages, and which sides stream. */
type MethodTable = Omit<protobuf.IMethod, "comment">;

/** The definition of a service, by its full name. Its messages are built when the first one is sent or received. */
export function serviceDefinition(name: string): ServiceDefinition {
  const known = definitions.get(name) ?? defineService(name);
  definitions.set(name, known);
  return known;
}

function defineService(name: string): ServiceDefinition {
  const tables: Readonly<Record<string, ServiceTable>> = SERVICES;
  const table = tables[name];
  if (!table) throw new Error(`Cannot find the service ${name}: the protos do not define it`);
  let root: protobuf.Root | null = null;
  const typeOf = (message: string) => {
    root ??= protobuf.Root.fromJSON(table.messages);
    return root.lookupType(message);
  };
  const codecOf = (message: string) => messageCodec(message, { typeOf, messages: table.messages });
  const methods = Object.entries(table.methods).map(([method, of]) => {
    const definition = define(`/${name}/${method}`, { ...of, codecOf });
    // What a server's implementation calls it.
    const originalName = `${method.charAt(0).toLowerCase()}${method.slice(1)}`;
    return [method, { ...definition, originalName }];
  });
  return Object.fromEntries(methods);
}

/** The definition of a method, by the full name of its service and its own. */
export function methodDefinition(service: string, method: string): ServiceDefinition[string] {
  const definition = serviceDefinition(service)[method];
  if (!definition) throw new Error(`Cannot find the method ${method}: ${service} has none`);
  return definition;
}

type TypeOf = (message: string) => protobuf.Type;
type Serialize = (message: object) => Buffer;

/** Messages that are serialised in a way of their own. */
const SERIALIZERS: Readonly<Record<string, (messages: protobuf.INamespace) => Serialize>> = {
  SubscribeResponse: deliveriesSerializer,
};

function define(
  path: string,
  {
    requestType,
    responseType,
    codecOf,
    ...of
  }: MethodTable & { codecOf: (message: string) => MessageCodec },
): MethodDefinition<object, object> {
  const request = codecOf(requestType);
  const response = codecOf(responseType);
  return {
    path,
    requestStream: of.requestStream ?? false,
    responseStream: of.responseStream ?? false,
    requestSerialize: request.serialize,
    requestDeserialize: request.deserialize,
    responseSerialize: response.serialize,
    responseDeserialize: response.deserialize,
  };
}

interface MessageCodec {
  serialize: Serialize;
  deserialize: (bytes: Buffer) => object;
}

/** What the loader of grpc-js does for a message, but its type is built when it is first used. */
function messageCodec(
  name: string,
  { typeOf, messages }: { typeOf: TypeOf; messages: protobuf.INamespace },
): MessageCodec {
  let type: protobuf.Type | null = null;
  let own: Serialize | null = null;
  return {
    serialize(message) {
      own ??= SERIALIZERS[name]?.(messages) ?? null;
      if (own) return own(message);
      type ??= typeOf(name);
      return type.encode(type.fromObject(message)).finish() as Buffer;
    },
    deserialize(bytes) {
      type ??= typeOf(name);
      return type.toObject(type.decode(bytes), PROTO_OPTIONS);
    },
  };
}
