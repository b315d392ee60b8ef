import { createRequire } from "node:module";
import { join } from "node:path";
import type { MethodDefinition, Server, ServiceDefinition } from "@grpc/grpc-js";
import type * as ProtoLoader from "@grpc/proto-loader";
import type * as Reflection from "@grpc/reflection";
import type * as HealthCheck from "grpc-health-check";
import { PROTO_FILES, PROTOS_DIRECTORY } from "../transport/proto_options.ts";

const require = createRequire(import.meta.url);

/** Full names of the services of libraries. */
const HEALTH_SERVICE = "grpc.health.v1.Health";
const REFLECTION_SERVICES = [
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
];

type AnyMethod = MethodDefinition<object, object>;
type AnyHandler = (...call: unknown[]) => void;

/** A service as a library adds it to a server. */
interface LibraryService {
  definition: ServiceDefinition;
  handlers: Readonly<Record<string, AnyHandler>>;
}

/** Which sides of a method stream, by its name. */
type Methods = Readonly<Record<string, Pick<AnyMethod, "requestStream" | "responseStream">>>;

const HEALTH_METHODS: Methods = {
  Check: { requestStream: false, responseStream: false },
  List: { requestStream: false, responseStream: false },
  Watch: { requestStream: false, responseStream: true },
};
const REFLECTION_METHODS: Methods = {
  ServerReflectionInfo: { requestStream: true, responseStream: true },
};

/**
 * Adds a service whose library is loaded by its first call: parsing its protos would take longer than all else that a server
 * does when it starts, and few ever ask.
 */
function addLazily(
  server: Server,
  { name, methods, load }: { name: string; methods: Methods; load: () => LibraryService },
): void {
  let loaded: LibraryService | null = null;
  const library = () => {
    loaded ??= load();
    return loaded;
  };
  const definitions = Object.entries(methods).map(([method, streams]) => {
    const real = () => library().definition[method] as AnyMethod;
    const definition: AnyMethod = {
      path: `/${name}/${method}`,
      ...streams,
      requestSerialize: (message) => real().requestSerialize(message),
      requestDeserialize: (bytes) => real().requestDeserialize(bytes),
      responseSerialize: (message) => real().responseSerialize(message),
      responseDeserialize: (bytes) => real().responseDeserialize(bytes),
    };
    return [method, definition] as const;
  });
  const handlers = Object.keys(methods).map((method) => {
    const key = `${method.charAt(0).toLowerCase()}${method.slice(1)}`;
    const handle = (...call: unknown[]) => {
      const { handlers } = library();
      (handlers[key] ?? handlers[method])?.(...call);
    };
    return [method, handle] as const;
  });
  server.addService(Object.fromEntries(definitions), Object.fromEntries(handlers));
}

/** What a library would add to a server. */
function servicesOf(add: (server: Server) => void): LibraryService[] {
  const added: LibraryService[] = [];
  const recorder = {
    addService(definition: ServiceDefinition, handlers: LibraryService["handlers"]) {
      added.push({ definition, handlers });
    },
  };
  add(recorder as unknown as Server);
  return added;
}

/** Serves grpc.health.v1.Health, for the whole server and for each service. */
export function serveHealth(
  server: Server,
  services: readonly string[],
): { setServing(serving: boolean): void } {
  const names = ["", ...services];
  let serving = false;
  let health: HealthCheck.HealthImplementation | null = null;
  const apply = () => {
    for (const name of names) health?.setStatus(name, serving ? "SERVING" : "NOT_SERVING");
  };
  addLazily(server, {
    name: HEALTH_SERVICE,
    methods: HEALTH_METHODS,
    load() {
      const { HealthImplementation }: typeof HealthCheck = require("grpc-health-check");
      const implementation = new HealthImplementation();
      health = implementation;
      apply();
      return onlyOf(servicesOf((recorder) => implementation.addToServer(recorder)));
    },
  });
  return {
    setServing(now) {
      serving = now;
      apply();
    },
  };
}

const HEALTH_PROTO = join(import.meta.dirname, "health_reflected.proto");

/** Serves reflection for these services and for health, so that tools such as grpcurl need no `.proto` file. */
export function serveReflection(server: Server, services: readonly string[]): void {
  let loaded: LibraryService[] | null = null;
  for (const name of REFLECTION_SERVICES) {
    addLazily(server, {
      name,
      methods: REFLECTION_METHODS,
      load() {
        loaded ??= loadReflection(services);
        return onlyOf(loaded.filter(({ definition }) => pathsOf(definition).includes(name)));
      },
    });
  }
}

function loadReflection(services: readonly string[]): LibraryService[] {
  const { loadSync }: typeof ProtoLoader = require("@grpc/proto-loader");
  const { ReflectionService }: typeof Reflection = require("@grpc/reflection");
  // Field names as in the protos, because tools use those.
  const named = { keepCase: true, includeDirs: [PROTOS_DIRECTORY] };
  const definitions = { ...loadSync([...PROTO_FILES], named), ...loadSync(HEALTH_PROTO, named) };
  const reflection = new ReflectionService(definitions, {
    services: [...services, HEALTH_SERVICE],
  });
  return servicesOf((recorder) => reflection.addToServer(recorder));
}

/** The services that paths of methods belong to. */
function pathsOf(definition: ServiceDefinition): (string | undefined)[] {
  return Object.values(definition).map(({ path }) => path.split("/")[1]);
}

function onlyOf(services: readonly LibraryService[]): LibraryService {
  const [service] = services;
  if (service === undefined) throw new Error("Cannot serve it: its library adds no service");
  return service;
}
