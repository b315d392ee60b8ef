import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadConfig, readEnv, VARIABLES } from "@hookgate/config";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";

const ROOT = resolve(import.meta.dirname, "../..");
const FOLDER = join(ROOT, "deploy/compose");

interface Service {
  image: string;
  build?: string;
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string>;
  networks?: string[];
  volumes?: string[];
  configs?: string[];
  ports?: string[];
  depends_on?: string[] | Record<string, unknown>;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  restart?: string;
}

interface Compose {
  services: Record<string, Service>;
  networks?: Record<string, { internal?: boolean; ipam?: { config: { subnet: string }[] } } | null>;
  volumes?: Record<string, unknown>;
  configs?: Record<string, { content: string }>;
}

/** Stands for a value of `.env`. */
const GIVEN = "5d1f0c8b7a6e4930-given-by-env-2c91b7";

const REQUIRED = /\$\{(\w+):\?[^}]*\}/g;

function read(file: string): { compose: Compose; asked: string[] } {
  const text = readFileSync(join(FOLDER, file), "utf8");
  const asked = [...text.matchAll(REQUIRED)].map((found) => found[1] ?? "");
  let given = 0;
  const filled = text.replace(REQUIRED, () => `${GIVEN}${given++}`);
  return { compose: parse(filled, { merge: true }) as Compose, asked };
}

/** Services of ours, with what each would read from its environment. */
function apps({ services }: Compose) {
  return Object.entries(services)
    .filter(([, { image }]) => image === "hookgate")
    .map(([name, service]) => ({ name, service, env: readEnv(service.environment ?? {}) }));
}

const files = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));

describe.each(files)("%s", (file) => {
  const { compose, asked } = read(file);
  const { services } = compose;

  test("sets only variables that the apps read, to values that they take", () => {
    for (const { service } of apps(compose)) {
      expect(Object.keys(VARIABLES)).toEqual(
        expect.arrayContaining(Object.keys(service.environment ?? {})),
      );
    }
    expect(apps(compose).length).toBeGreaterThan(0);
  });

  test("asks for every secret, and .env.example names it", () => {
    const example = readFileSync(join(FOLDER, ".env.example"), "utf8");
    expect(asked.filter((name) => !example.includes(`\n${name}=`))).toEqual([]);
    for (const { service } of apps(compose)) {
      for (const name of ["WEBHOOK_SECRET", "CONSOLE_PASSWORD", "RPC_TOKEN"]) {
        const value = service.environment?.[name];
        if (value !== undefined) expect(value).toContain(GIVEN);
      }
    }
  });

  test("publishes the ports that the apps listen on, the console only on this machine", () => {
    const published = apps(compose).flatMap(({ service, env }) =>
      (service.ports ?? []).map((port) => ({ port, env })),
    );
    for (const { port, env } of published) {
      const [host, inside] = port.split(/:(?=\d+$)/);
      expect([env.edgePort, env.consolePort]).toContain(Number(inside));
      if (Number(inside) === env.consolePort) {
        expect(host).toBe(`127.0.0.1:${env.consolePort}`);
        expect(env.consoleHost).toBe("0.0.0.0");
        expect(env.consolePassword).not.toBeNull();
      }
    }
    expect(published.length).toBeGreaterThan(0);
  });

  test("lets an app write nothing but its volume, and gain no rights", () => {
    for (const { service } of apps(compose)) {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        restart: expect.any(String),
      });
    }
  });

  test("runs files that exist, and mounts what exists", () => {
    for (const { service } of apps(compose)) {
      for (const word of service.command ?? []) {
        if (word.endsWith(".ts"))
          expect([word, existsSync(join(ROOT, word))]).toEqual([word, true]);
      }
      if (service.build) expect(existsSync(join(FOLDER, service.build, "Dockerfile"))).toBe(true);
    }
    for (const { volumes = [], networks = [], configs = [] } of Object.values(services)) {
      for (const volume of volumes) {
        const [from = ""] = volume.split(":");
        const known = from.startsWith(".")
          ? existsSync(join(FOLDER, from))
          : from in (compose.volumes ?? {});
        expect([volume, known]).toEqual([volume, true]);
      }
      expect(Object.keys(compose.networks ?? {})).toEqual(expect.arrayContaining(networks));
      expect(Object.keys(compose.configs ?? {})).toEqual(expect.arrayContaining(configs));
    }
  });

  test("has a configuration that loads", async () => {
    const env = readEnv({
      HOOKGATE_CONFIG: join(FOLDER, "config/hookgate.config.ts"),
      WEBHOOK_SECRET: GIVEN,
    });
    const problems: string[] = [];
    const config = await loadConfig({
      env,
      log: { warn: (line) => problems.push(line) },
      print: () => {},
    });
    expect(config.subscriptions.length).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });
});

describe("mongodb.yaml", () => {
  const { compose } = read("mongodb.yaml");
  const { services, networks = {} } = compose;
  const edges = apps(compose).filter(({ service }) => service.command?.at(-1)?.includes("/edge/"));
  const dispatchers = apps(compose).filter(({ service }) =>
    service.command?.at(-1)?.includes("/dispatcher/"),
  );

  /** Networks that two services have in common. */
  function shared(one: string, other: string): string[] {
    const theirs = services[other]?.networks ?? [];
    return (services[one]?.networks ?? []).filter((name) => theirs.includes(name));
  }

  test("has two edges and two dispatchers, and each edge begins with another one", () => {
    expect([edges.length, dispatchers.length]).toEqual([2, 2]);
    expect(new Set(edges.map(({ env }) => env.dispatcherAddresses[0])).size).toBe(2);
  });

  test("whoever calls a dispatcher shares with it only a network that nothing else can call", () => {
    const callers = apps(compose).filter(({ env }) => env.dispatcherAddress !== "0.0.0.0:50051");
    expect(callers).toHaveLength(4);
    for (const { name, env } of callers) {
      for (const address of env.dispatcherAddresses) {
        const [host = "", port] = address.split(":");
        expect(dispatchers.map((one) => one.name)).toContain(host);
        expect(port).toBe("50051");
        expect(shared(name, host)).toEqual(["rpc"]);
      }
    }
    expect(networks["rpc"]?.internal).toBe(true);
    const inRpc = Object.entries(services).filter(([, one]) => one.networks?.includes("rpc"));
    expect(inRpc.every(([, { image }]) => image === "hookgate")).toBe(true);
  });

  test("the dispatchers, and nobody else, reach MongoDB", () => {
    for (const { name, env } of dispatchers) {
      expect(new URL(env.mongodbUri ?? "").hostname).toBe("mongodb");
      expect(shared(name, "mongodb")).toEqual(["store"]);
    }
    expect(networks["store"]?.internal).toBe(true);
    const others = Object.keys(services).filter((name) => shared(name, "mongodb").length > 0);
    expect(others.sort()).toEqual(["dispatcher-1", "dispatcher-2", "mongodb"]);
    expect(JSON.stringify(services["mongodb"]?.command)).toContain('"rs0"');
    expect(dispatchers[0]?.env.mongodbUri).toContain("replicaSet=rs0");
  });

  test("edges may only capture, and each token is one that the dispatchers know", () => {
    const content = compose.configs?.["rpc_tokens"]?.content ?? "";
    const tokens = Object.values(JSON.parse(content)) as { name: string; scopes: string[] }[];
    expect(tokens).toEqual([
      { name: "edges", scopes: ["ingest"] },
      { name: "operator", scopes: ["admin"] },
    ]);
    const text = readFileSync(join(FOLDER, "mongodb.yaml"), "utf8");
    const edge = /x-edge-environment:[\s\S]*?\n\n/.exec(text)?.[0] ?? "";
    expect(edge).toContain("RPC_TOKEN: ${EDGE_TOKEN");
    for (const { service, env } of dispatchers) {
      expect(service.configs).toEqual(["rpc_tokens"]);
      expect(env.rpcTokensFile).toBe("/rpc_tokens");
      expect(env.rpcToken).toBeNull();
    }
  });

  test("the proxy reaches both edges, and the configuration trusts its network", () => {
    const conf = readFileSync(join(FOLDER, "nginx.conf"), "utf8");
    const upstreams = [...conf.matchAll(/server ([\w-]+):(\d+) /g)];
    expect(upstreams.map((found) => found[1])).toEqual(edges.map(({ name }) => name));
    for (const [, name = "", port] of upstreams) {
      expect(Number(port)).toBe(edges.find((one) => one.name === name)?.env.edgePort);
      expect(shared("proxy", name)).toEqual(["front"]);
    }
    const subnet = networks["front"]?.ipam?.config[0]?.subnet ?? "";
    const config = readFileSync(join(FOLDER, "config/hookgate.config.ts"), "utf8");
    expect(config).toContain(`trustedProxies: ["${subnet}"]`);
  });
});
