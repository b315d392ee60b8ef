import type { ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { expect, test } from "@jest/globals";
import protobuf from "protobufjs";
import { PROTO_FILES, PROTO_OPTIONS, PROTOS_DIRECTORY } from "./proto_options.ts";
import { serviceDefinition } from "./services.ts";

const LOADED = loadSync([...PROTO_FILES], { ...PROTO_OPTIONS, includeDirs: [PROTOS_DIRECTORY] });
const NAMES = Object.keys(LOADED).filter((name) => name.endsWith("Service"));

const root = new protobuf.Root();
root.resolvePath = (_, target) => `${PROTOS_DIRECTORY}/${target}`;
root.loadSync([...PROTO_FILES]).resolveAll();

/** A message with every field set, one of each oneof. */
function fill(type: protobuf.Type, depth = 0): Record<string, unknown> {
  const others = type.oneofsArray.flatMap(({ fieldsArray }) => fieldsArray.slice(1));
  const fields = type.fieldsArray.filter((field) => !others.includes(field));
  return Object.fromEntries(fields.map((field) => [field.name, filledOf(field, depth)]));
}

function filledOf(field: protobuf.Field, depth: number): unknown {
  const value = singleOf(field, depth);
  if (field.map) return { first: value };
  return field.repeated ? [value, value] : value;
}

function singleOf({ type, resolvedType }: protobuf.Field, depth: number): unknown {
  if (resolvedType instanceof protobuf.Enum) return Object.keys(resolvedType.values).at(-1);
  if (resolvedType) return depth > 3 ? {} : fill(resolvedType, depth + 1);
  if (type === "string") return "nä";
  if (type === "bytes") return Buffer.from([0, 255]);
  if (type === "bool") return true;
  return type.endsWith("64") ? 1_763_950_000_123 : 7;
}

test("the services are those of the protos", () => {
  expect(NAMES).toHaveLength(3);
  expect(() => serviceDefinition("hookgate.v1.NoService")).toThrow("Cannot find the service");
});

test.each(NAMES)("serviceDefinition() of %s reads and writes as the loader does", (name) => {
  const own = serviceDefinition(name);
  const loaded = LOADED[name] as ServiceDefinition;
  expect(Object.keys(own)).toEqual(Object.keys(loaded));
  const service = root.lookupService(name);
  for (const [method, theirs] of Object.entries(loaded)) {
    const ours = own[method] as typeof theirs;
    const { path, requestStream, responseStream, originalName } = theirs;
    expect(ours).toMatchObject({ path, requestStream, responseStream, originalName });
    const { resolvedRequestType, resolvedResponseType } = service.methods[method] ?? {};
    for (const message of [{}, fill(resolvedRequestType as protobuf.Type)]) {
      const bytes = theirs.requestSerialize(message);
      expect(ours.requestSerialize(message)).toEqual(bytes);
      expect(ours.requestDeserialize(bytes)).toEqual(theirs.requestDeserialize(bytes));
    }
    for (const message of [{}, fill(resolvedResponseType as protobuf.Type)]) {
      const bytes = theirs.responseSerialize(message);
      expect(ours.responseSerialize(message)).toEqual(bytes);
      expect(ours.responseDeserialize(bytes)).toEqual(theirs.responseDeserialize(bytes));
    }
  }
});
