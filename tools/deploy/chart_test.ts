import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { readEnv, VARIABLES } from "@hookgate/config";
import { temporaryDirectory } from "@hookgate/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { parseAllDocuments } from "yaml";

const ROOT = resolve(import.meta.dirname, "../..");
const CHART = join(ROOT, "deploy/helm/hookgate");
const NAMESPACE = "hooks";

const run = promisify(execFile);

/** `helm` if it is installed, else Go with a renderer of ours that has Helm's engine and functions; null without both. */
async function findRenderer(): Promise<"helm" | "go" | null> {
  for (const [name, args] of [
    ["helm", ["version"]],
    ["go", ["version"]],
  ] as const) {
    const found = await run(name, [...args]).then(
      () => true,
      () => false,
    );
    if (found) return name;
  }
  return null;
}

const renderer = await findRenderer();
if (renderer === null) {
  process.stderr.write("\nTHE HELM CHART IS NOT TESTED: there is neither helm nor go here\n\n");
}
const testChart = renderer === null ? test.skip : test;

test("the chart can be tested here", () => {
  expect(process.env["CI"] !== undefined ? renderer : "").not.toBeNull();
});

interface Named {
  name: string;
}

interface Port {
  name: string;
  containerPort: number;
}

interface Probe {
  httpGet: { path: string; port: string };
}

interface Container extends Named {
  image: string;
  command?: string[];
  env: {
    name: string;
    value?: string;
    valueFrom?: { secretKeyRef?: { name: string; key: string } };
  }[];
  envFrom?: { secretRef: Named }[];
  ports: Port[];
  livenessProbe: Probe;
  readinessProbe: Probe;
  startupProbe?: Probe;
  volumeMounts: Named[];
  securityContext: object;
}

/** What the tests look at, of any kind. */
interface Resource {
  kind: string;
  metadata: { name: string; labels: Record<string, string> };
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  spec: {
    selector: { matchLabels: Record<string, string> } & Record<string, string>;
    podSelector: { matchLabels: Record<string, string> };
    clusterIP?: string;
    replicas?: number;
    ports: { name: string; targetPort: string }[];
    ingress: { from?: { podSelector: { matchLabels: Record<string, string> } }[] }[];
    volumeClaimTemplates?: { metadata: Named }[];
    template: {
      metadata: { labels: Record<string, string> };
      spec: {
        securityContext: object;
        containers: Container[];
        volumes: { name: string; secret?: { secretName: string } }[];
      };
    };
  };
}

async function render(values: object): Promise<Resource[]> {
  await using folder = await temporaryDirectory();
  const path = join(folder.path, "values.yaml");
  await writeFile(path, JSON.stringify(values));
  const [command, args, cwd] =
    renderer === "helm"
      ? ([
          "helm",
          ["template", "in", CHART, "-n", NAMESPACE, "--kube-version", "1.30.0", "-f", path],
          ROOT,
        ] as const)
      : ([
          "go",
          ["run", ".", CHART, "in", NAMESPACE, path],
          join(import.meta.dirname, "render_chart"),
        ] as const);
  const { stdout } = await run(command, [...args], { cwd, timeout: 240_000 });
  return parseAllDocuments(stdout)
    .map((document) => {
      if (document.errors.length > 0) throw document.errors[0];
      return document.toJS() as Resource | null;
    })
    .filter((resource) => resource !== null);
}

const USERS_SECRETS = ["hookgate-env", "hookgate-mongodb"];
const BASE = { secretEnv: "hookgate-env", ingress: { enabled: true, tlsSecret: "hooks-tls" } };
const MODES = {
  "the embedded store": BASE,
  MongoDB: { ...BASE, mongodb: { uriSecret: "hookgate-mongodb" } },
};

const workloads = (all: Resource[]) => all.filter(({ spec }) => spec?.template !== undefined);
const containers = (all: Resource[]) =>
  workloads(all).flatMap(({ spec }) => spec.template.spec.containers);

/** A container's variables, with something in place of what Kubernetes fills in. */
function variablesOf({ env }: Container): Record<string, string> {
  return Object.fromEntries(
    env.map(({ name, value }) => [
      name,
      value ??
        { OPS_HOST: "10.1.2.3", MONGODB_URI: "mongodb://db/hookgate" }[name] ??
        "x".repeat(43),
    ]),
  );
}

function matches(selector: Record<string, string>, labels: Record<string, string>): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

describe.each(Object.entries(MODES))("the chart with %s", (_, values) => {
  let all: Resource[] = [];
  beforeAll(async () => {
    if (renderer !== null) all = await render(values);
  }, 300_000);

  testChart("sets only variables that the apps read, to values that they take", () => {
    for (const container of containers(all)) {
      const variables = variablesOf(container);
      expect(Object.keys(VARIABLES)).toEqual(expect.arrayContaining(Object.keys(variables)));
      expect(() => readEnv(variables)).not.toThrow();
    }
    expect(containers(all).length).toBeGreaterThan(0);
  });

  testChart("names the ports that the apps listen on, and probes those that answer", () => {
    for (const container of containers(all)) {
      const env = readEnv(variablesOf(container));
      const app = container.name as "edge" | "dispatcher" | "console" | "gateway";
      const known: Record<string, number> = {
        hooks: env.edgePort,
        console: env.consolePort,
        rpc: Number(env.dispatcherAddress.split(":")[1]),
        ops: app === "dispatcher" ? env.dispatcherOpsPort : env.edgeOpsPort,
        "dispatcher-ops": env.dispatcherOpsPort,
      };
      for (const { name, containerPort } of container.ports) {
        expect([name, containerPort]).toEqual([name, known[name]]);
      }
      const probes = [container.livenessProbe, container.readinessProbe, container.startupProbe];
      for (const probe of probes) {
        if (probe === undefined) continue;
        const { path, port } = probe.httpGet;
        expect(container.ports.map(({ name }) => name)).toContain(port);
        expect(app === "console" ? ["/session"] : ["/healthz", "/readyz"]).toContain(path);
        if (app !== "console") expect(env.opsHost).toBe("10.1.2.3");
      }
    }
  });

  testChart("runs files that exist, as nobody, with nothing to write but what is mounted", () => {
    for (const { spec } of workloads(all)) {
      const pod = spec.template.spec;
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001 });
      const volumes = [
        ...pod.volumes.map(({ name }) => name),
        ...(spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name),
      ];
      for (const container of pod.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
        expect(volumes).toEqual(
          expect.arrayContaining(container.volumeMounts.map(({ name }) => name)),
        );
        const main = container.command?.at(-1);
        if (main !== undefined) expect([main, existsSync(join(ROOT, main))]).toEqual([main, true]);
      }
    }
  });

  testChart("every selector finds its pods, and every service a port of them", () => {
    for (const { kind, metadata, spec } of all) {
      if (kind === "Service") {
        const found = workloads(all).filter((one) =>
          matches(spec.selector, one.spec.template.metadata.labels),
        );
        expect([metadata.name, found.length]).toEqual([metadata.name, 1]);
        const ports = found[0]?.spec.template.spec.containers.flatMap(({ ports }) => ports) ?? [];
        for (const { targetPort } of spec.ports) {
          expect(ports.map(({ name }) => name)).toContain(targetPort);
        }
      }
      if (kind === "Deployment" || kind === "StatefulSet") {
        expect(matches(spec.selector.matchLabels, spec.template.metadata.labels)).toBe(true);
      }
    }
  });

  testChart(
    "every secret is made by the chart or named in its values, with the keys that are used",
    () => {
      const made = new Map(
        all
          .filter(({ kind }) => kind === "Secret")
          .map(({ metadata, data, stringData }) => [
            metadata.name,
            Object.keys(data ?? stringData ?? {}),
          ]),
      );
      const used = containers(all).flatMap(({ env, envFrom = [] }) => [
        ...env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []),
        ...envFrom.map(({ secretRef }) => ({ name: secretRef.name, key: "" })),
      ]);
      for (const { name, key } of used) {
        if (USERS_SECRETS.includes(name)) continue;
        expect([name, made.get(name)]).toEqual([name, expect.arrayContaining([key])]);
      }
      for (const { spec } of workloads(all)) {
        for (const { secret } of spec.template.spec.volumes) {
          if (secret) expect([...made.keys()]).toContain(secret.secretName);
        }
      }
    },
  );
});

describe("the chart with MongoDB", () => {
  let all: Resource[] = [];
  const find = (kind: string, end: string) =>
    all.find((one) => one.kind === kind && one.metadata.name.endsWith(end));
  beforeAll(async () => {
    if (renderer !== null) all = await render({ ...MODES.MongoDB, dispatcher: { replicas: 3 } });
  }, 300_000);

  testChart("gives edges every dispatcher by a name that its certificate has", () => {
    const edge = containers(all).find(({ name }) => name === "edge");
    const addresses = readEnv(edge ? variablesOf(edge) : {}).dispatcherAddresses;
    const service = find("StatefulSet", "-dispatcher")?.metadata.name;
    expect(addresses).toEqual(
      [0, 1, 2].map((at) => `${service}-${at}.${service}.${NAMESPACE}.svc:50051`),
    );
    const tls = find("Secret", "-dispatcher-tls")?.data ?? {};
    const certificate = new X509Certificate(Buffer.from(tls["tls.crt"] ?? "", "base64"));
    const ca = new X509Certificate(Buffer.from(tls["ca.crt"] ?? "", "base64"));
    expect(certificate.verify(ca.publicKey)).toBe(true);
    for (const address of addresses) {
      expect(certificate.checkHost(address.split(":")[0] ?? "")).toBeDefined();
    }
  });

  testChart("an edge's token may only capture, and no edge gets a key", () => {
    const { stringData = {} } = find("Secret", "-tokens") ?? {};
    const tokens = JSON.parse(stringData["tokens.json"] ?? "{}");
    expect(tokens[stringData["edge"] ?? ""]).toEqual({ name: "edges", scopes: ["ingest"] });
    expect(tokens[stringData["operator"] ?? ""]).toEqual({ name: "operator", scopes: ["admin"] });
    const edge = JSON.stringify(find("Deployment", "-edge"));
    expect(edge).not.toContain("tls.key");
    expect(edge).not.toContain("operator");
    expect(edge).not.toContain("MONGODB");
  });

  testChart(
    "its network policy lets in the edges and the console by the labels that they have",
    () => {
      const [rule] = find("NetworkPolicy", "-dispatcher")?.spec.ingress ?? [];
      const selectors = (rule?.from ?? []).map(({ podSelector }) => podSelector.matchLabels);
      const pods = workloads(all).map(({ spec }) => spec.template.metadata.labels);
      const letIn = pods.filter((labels) => selectors.some((one) => matches(one, labels)));
      expect(letIn.map((labels) => labels["app.kubernetes.io/component"]).sort()).toEqual([
        "console",
        "edge",
      ]);
    },
  );
});

testChart(
  "the chart makes no secret that it is given, and its ingress is as the values say",
  async () => {
    const all = await render({
      ...MODES.MongoDB,
      config: "",
      dispatcher: { replicas: 1 },
      console: { enabled: false },
      networkPolicy: { enabled: false },
      tokensSecret: "own-tokens",
      tlsSecret: "own-tls",
      service: { type: "LoadBalancer", port: 8080 },
      ingress: {
        ...BASE.ingress,
        className: "nginx",
        host: "in.example.com",
        annotations: { "nginx.ingress.kubernetes.io/proxy-body-size": "32m" },
      },
    });
    expect(all.map(({ kind }) => kind).sort()).toEqual(
      ["Deployment", "Ingress", "StatefulSet"]
        .concat(["PodDisruptionBudget", "PodDisruptionBudget", "Service", "Service"])
        .sort(),
    );
    const named = JSON.stringify(workloads(all)).match(/own-(?:tokens|tls)/g);
    expect(new Set(named)).toEqual(new Set(["own-tokens", "own-tls"]));
    const ingress = all.find(({ kind }) => kind === "Ingress");
    expect(ingress).toMatchObject({
      metadata: { annotations: { "nginx.ingress.kubernetes.io/proxy-body-size": "32m" } },
      spec: {
        ingressClassName: "nginx",
        tls: [{ hosts: ["in.example.com"], secretName: "hooks-tls" }],
        rules: [{ host: "in.example.com" }],
      },
    });
    const service = all.find(({ spec }) => spec.ports?.[0]?.name === "hooks");
    expect(service?.spec).toMatchObject({
      externalTrafficPolicy: "Local",
      ports: [{ port: 8080 }],
    });
  },
  300_000,
);

testChart(
  "the chart refuses a configuration whose variables nobody sets",
  async () => {
    await expect(render({})).rejects.toThrow(/secretEnv must name a Secret/);
  },
  120_000,
);

test("every value that the templates use is in values.yaml, and every value is used", async () => {
  const values = parseAllDocuments(await readFile(join(CHART, "values.yaml"), "utf8"))[0]?.toJS();
  const names = await readdir(join(CHART, "templates"));
  const texts = await Promise.all(
    names.map((name) => readFile(join(CHART, "templates", name), "utf8")),
  );
  const used = new Set(
    [...texts.join("\n").matchAll(/\.Values\.([\w.]+)/g)].map((found) => found[1] ?? ""),
  );
  const leaf = (path: string) => path.split(".").reduce((at, key) => at?.[key], values);
  expect([...used].filter((path) => leaf(path) === undefined)).toEqual([]);
  const tops = new Set([...used].map((path) => path.split(".")[0]));
  expect(Object.keys(values).filter((key) => !tops.has(key))).toEqual([]);
});
