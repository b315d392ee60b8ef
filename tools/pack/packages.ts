/** One package that is published. */
export interface PublishedPackage {
  name: string;
  description: string;
  keywords: readonly string[];
  /** What is imported from it or required, and the source file of each, from the root. */
  exports: Readonly<Record<string, string>>;
  /** Programs by name, and their main file. */
  bin?: Readonly<Record<string, string>>;
  /** Packages that are installed with it; all others that it uses are bundled. */
  external?: readonly string[];
  /** Whether it brings the Node that it runs on. */
  bringsNode?: true;
  /** It has nothing of its own: it exports this of a package that is installed beside it, of the same version. */
  reexports?: string;
  /** Oldest Node, as in `engines`: 20.11 has `import.meta.dirname`, 20.15 has `crc32()`. */
  node: string;
  /** Its README, from the root. */
  readme: string;
}

/** Where a request is verified in somebody else's server. */
const FRAMEWORKS = Object.fromEntries(
  ["express", "fastify", "hono", "next"].map((name) => {
    return [`./${name}`, `libs/providers/verifier/${name}.ts`];
  }),
);

const LIBRARIES = {
  "./client": "libs/client/mod.ts",
  "./config": "libs/config/define_config.ts",
  "./providers": "libs/providers/mod.ts",
  ...Object.fromEntries(
    Object.entries(FRAMEWORKS).map(([name, file]) => [name.replace("./", "./providers/"), file]),
  ),
  "./signature": "libs/signature/mod.ts",
  "./testing": "libs/testing/gateway/mod.ts",
  "./types": "libs/types/mod.ts",
};

/** What is published. */
export const PACKAGES: readonly PublishedPackage[] = [
  {
    name: "hookgate",
    description: "The inbound webhook gateway that a Node team runs itself.",
    keywords: ["webhooks", "webhook", "gateway", "events", "queue", "stripe", "github", "shopify"],
    exports: LIBRARIES,
    bin: { hookgate: "apps/cli/main.cjs" },
    bringsNode: true,
    node: ">=20",
    readme: "README.md",
  },
  {
    name: "@hookgate/client",
    description:
      "Receives webhook events from Hookgate over gRPC: subscribe(), acknowledge by returning.",
    keywords: ["webhooks", "webhook", "events", "subscribe", "grpc", "hookgate"],
    exports: { ".": "libs/client/mod.ts" },
    // What speaks on the network is the installing project's to keep up to date.
    external: ["@grpc/grpc-js", "protobufjs"],
    node: ">=20.11",
    readme: "libs/client/README.md",
  },
  {
    name: "@hookgate/signature",
    description:
      "Verifies and makes webhook signatures over the exact bytes, by recipes; no provider in it.",
    keywords: ["webhooks", "webhook", "signature", "hmac", "verify", "standard-webhooks"],
    exports: { ".": "libs/signature/mod.ts" },
    node: ">=20.15",
    readme: "libs/signature/README.md",
  },
  {
    name: "@hookgate/providers",
    description:
      "Verifies the webhooks of a hundred providers in Express, Fastify, Hono, Next.js and wherever there is a Web Request.",
    keywords: [
      "webhooks",
      "webhook",
      "verify",
      "signature",
      "stripe",
      "github",
      "shopify",
      "twilio",
    ],
    exports: {
      ".": "libs/providers/mod.ts",
      ...FRAMEWORKS,
    },
    node: ">=20.15",
    readme: "libs/providers/VERIFY.md",
  },
  {
    name: "@hookgate/testing",
    description:
      "A whole Hookgate in a test: await gateway({ handlers }), send(), delivered(), clock.advance().",
    keywords: ["webhooks", "webhook", "testing", "test", "vitest", "jest", "hookgate"],
    exports: {},
    reexports: "hookgate/testing",
    node: ">=20",
    readme: "libs/testing/gateway/README.md",
  },
];
