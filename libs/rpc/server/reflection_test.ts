import type { ServiceDefinition } from "@grpc/grpc-js";
import {
  loadFileDescriptorSetFromBuffer,
  loadSync,
  type PackageDefinition,
} from "@grpc/proto-loader";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { protoPath as HEALTH_PROTO } from "grpc-health-check";
import type { Tokens } from "../security/tokens.ts";
import { type RawClient, rawClient } from "../suite/raw_client.ts";
import { loadReflection } from "../suite/reflection.ts";
import { healthyAdmin } from "../suite/unanswered_admin.ts";
import { unansweredIngest } from "../suite/unanswered_ingest.ts";
import { PROTO_FILES, PROTOS_DIRECTORY } from "../transport/proto_options.ts";
import { startRpcServer } from "./start_rpc_server.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

type Version = "v1" | "v1alpha";
const HEADERS = [["authorization", "Bearer secret"]] as const;

interface Answer {
  listServicesResponse?: { service: { name: string }[] };
  fileDescriptorResponse?: { fileDescriptorProto: Uint8Array[] };
}

/** A client that knows nothing but the address and a token, as grpcurl does. */
async function foreignClient(tokens: Tokens | null): Promise<RawClient> {
  const server = await startRpcServer({
    address: "127.0.0.1:0",
    security: { tokens, tls: null },
    ingest: unansweredIngest({ capture: (call) => call.end() }),
    admin: healthyAdmin(),
    subscription: { subscribe: (call) => call.end() },
    log: { error() {} },
  });
  stack.defer(() => server.close({ graceMs: 0 }));
  server.setServing(true);
  return stack.use(rawClient(server.address));
}

/** What reflection says of everything it lists: names of services, and what a client makes of their files. */
async function reflected(
  client: RawClient,
  version: Version,
): Promise<{ services: string[]; definitions: PackageDefinition }> {
  const ask = async (request: object) => {
    const { answers, code } = await client.call(loadReflection(version), request, HEADERS);
    expect(code).toBe("OK");
    return answers[0] as Answer;
  };
  const { listServicesResponse } = await ask({ listServices: "*" });
  const services = listServicesResponse?.service.map(({ name }) => name) ?? [];
  const files = new Set<string>();
  for (const symbol of services) {
    const { fileDescriptorResponse } = await ask({ fileContainingSymbol: symbol });
    for (const file of fileDescriptorResponse?.fileDescriptorProto ?? []) {
      files.add(Buffer.from(file).toString("base64"));
    }
  }
  const set = Buffer.concat([...files].map((file) => delimited(Buffer.from(file, "base64"))));
  return { services, definitions: loadFileDescriptorSetFromBuffer(set) };
}

/** One file of a FileDescriptorSet: its field 1. */
function delimited(file: Buffer): Buffer {
  const length: number[] = [];
  for (let left = file.length; ; left >>>= 7) {
    length.push(left > 127 ? (left & 127) | 128 : left);
    if (left <= 127) break;
  }
  return Buffer.concat([Buffer.from([0x0a, ...length]), file]);
}

function methodsOf(definitions: PackageDefinition, service: string): ServiceDefinition {
  const definition = definitions[service];
  if (!definition || "format" in definition) throw new Error(`reflection lacks ${service}`);
  return definition;
}

/** The messages of a package, nested ones too, as their descriptors. */
interface MessageType {
  name: string;
  /** Missing if there is none. */
  field?: { name: string; number: number }[];
  nestedType: MessageType[];
  options?: { mapEntry?: boolean } | null;
}

function messagesOf(definitions: PackageDefinition): MessageType[] {
  const found = Object.values(definitions).flatMap((definition) =>
    "format" in definition ? [definition.type as unknown as MessageType] : [],
  );
  return found.flatMap((type) => [type, ...(type.nestedType ?? [])]);
}

const TOKENS: Tokens = new Map([
  ["secret", { name: "ops", scopes: ["admin", "ingest", "subscribe:*"] }],
]);

test.each([
  ["v1", null],
  ["v1", TOKENS],
  ["v1alpha", null],
  ["v1alpha", TOKENS],
] as const)(
  "reflection %s is enough to call everything, with tokens: %p",
  async (version, tokens) => {
    const client = await foreignClient(tokens);
    const { services, definitions } = await reflected(client, version);
    expect(services).toEqual([
      "hookgate.v1.AdminService",
      "hookgate.v1.IngestService",
      "hookgate.v1.SubscriptionService",
      "grpc.health.v1.Health",
    ]);
    const protos = loadSync([...PROTO_FILES], { includeDirs: [PROTOS_DIRECTORY] });
    const ours = { ...protos, ...loadSync(HEALTH_PROTO) };
    for (const service of services) {
      const methods = methodsOf(definitions, service);
      expect(Object.keys(methods)).toEqual(Object.keys(methodsOf(ours, service)));
      for (const [name, method] of Object.entries(methods)) {
        if (name === "Watch") continue;
        const { code, details } = await client.call(method, {}, HEADERS);
        // Refused by the fakes of this test, not by a server that does not know it.
        const known = code === "OK" || details === "not in this test";
        expect([service, name, known]).toEqual([service, name, true]);
      }
    }
    const health = methodsOf(definitions, "grpc.health.v1.Health");
    const service = "hookgate.v1.AdminService";
    const call = async (name: string, request: object) => {
      const method = health[name];
      return method && (await client.call(method, request, HEADERS)).answers;
    };
    expect(await call("Check", { service })).toEqual([{ status: 1 }]);
    expect(await call("List", {})).toEqual([
      { statuses: expect.arrayContaining([{ key: service, value: { status: 1 } }]) },
    ]);
  },
);

test("reflection needs the token that every call needs", async () => {
  const client = await foreignClient(TOKENS);
  const { code } = await client.call(loadReflection("v1"), { listServices: "*" });
  expect(code).toBe("UNAUTHENTICATED");
});

test("reflection calls fields as the protos do, and has no map, which other clients refuse", async () => {
  const { definitions } = await reflected(await foreignClient(null), "v1");
  const messages = messagesOf(definitions);
  const request = messages.find(({ name }) => name === "ListEventsRequest");
  expect(request?.field?.map(({ name }) => name)).toContain("page_size");
  // The loader names the message behind a map as no other client expects it.
  expect(messages.filter(({ options }) => options?.mapEntry)).toEqual([]);
});

test("reflection says of health what its own file says", async () => {
  const { definitions } = await reflected(await foreignClient(null), "v1");
  const numbers = (found: PackageDefinition) =>
    messagesOf(found)
      .filter(({ name, options }) => /^Health(?:Check|List)/.test(name) && !options?.mapEntry)
      .map(({ name, field }) => [name, (field ?? []).map((one) => [one.name, one.number])])
      .sort();
  expect(numbers(definitions)).toEqual(numbers(loadSync(HEALTH_PROTO, { keepCase: true })));
});
