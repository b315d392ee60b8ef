import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PROTO_FILES, PROTO_OPTIONS, PROTOS_DIRECTORY } from "@hookgate/rpc";
import protobuf from "protobufjs";

/** A service of the protos: its methods, and the messages that they use, as protobufjs reads them. */
interface ServiceTable {
  methods: Record<string, protobuf.IMethod>;
  messages: protobuf.INamespace;
}

/**
 * Writes `protos.ts` into a directory of generated types: what the protos define, by service, so that no process parses them
 * when it starts, and each builds only the messages of services that it calls or serves.
 */
export async function generateProtos(directory: string): Promise<void> {
  const { keepCase } = PROTO_OPTIONS;
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => join(PROTOS_DIRECTORY, target);
  root.loadSync([...PROTO_FILES], { keepCase }).resolveAll();
  const tables = root.lookup("hookgate.v1") as protobuf.Namespace;
  const services = tables.nestedArray.filter((one) => one instanceof protobuf.Service);
  const byName = services.map((service) => [service.fullName.slice(1), tableOf(service)]);
  const text = JSON.stringify(Object.fromEntries(byName), null, 1);
  const lines = [
    "// Written by `npm run codegen`, from the protos.",
    "/** What the protos define, by the full name of the service. */",
    `export const SERVICES = ${text};`,
  ];
  await writeFile(join(directory, "protos.ts"), `${lines.join("\n")}\n`);
}

function tableOf(service: protobuf.Service): ServiceTable {
  const used = new Set<protobuf.ReflectionObject>();
  for (const { resolvedRequestType, resolvedResponseType } of service.methodsArray) {
    for (const type of [resolvedRequestType, resolvedResponseType]) if (type) addUsed(type, used);
  }
  const nested = [...used].map((type) => [type.name, type.toJSON()]);
  const methods = service.methodsArray.map((method) => [method.name, method.toJSON()]);
  const messages = { nested: Object.fromEntries(nested) };
  return { methods: Object.fromEntries(methods), messages };
}

/** Adds a message or an enum, and what its fields use. What stands within a message comes with it. */
function addUsed(type: protobuf.ReflectionObject, used: Set<protobuf.ReflectionObject>): void {
  const { parent } = type;
  if (parent instanceof protobuf.Type) {
    addUsed(parent, used);
    return;
  }
  if (used.has(type)) return;
  used.add(type);
  for (const each of typesWithin(type)) {
    for (const { resolvedType } of each.fieldsArray) if (resolvedType) addUsed(resolvedType, used);
  }
}

function typesWithin(type: protobuf.ReflectionObject): protobuf.Type[] {
  if (!(type instanceof protobuf.Type)) return [];
  return [type, ...type.nestedArray.flatMap(typesWithin)];
}
