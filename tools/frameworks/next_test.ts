import { once } from "node:events";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import type { VerifiedWebhook } from "@hookgate/providers";
import { temporaryDirectory } from "@hookgate/testing";
import { test } from "@jest/globals";
import { bundle } from "../pack/bundle.ts";
import { ROOT } from "../pack/root.ts";
import { startProgram } from "../processes/child_program.ts";
import { askFramework, OPTIONS } from "./suite/ask_framework.ts";

test("verifyRoute() lets events through, with their bytes, and answers everything else", async () => {
  const events: VerifiedWebhook[] = [];
  await using sink = await listen(({ body, ...event }) => {
    events.push({ ...event, body: Buffer.from(body, "base64") });
  });
  await using folder = await temporaryDirectory();
  await writeApplication(folder.path, sink.url);
  const program = await startProgram(join(import.meta.dirname, "suite/next_program.mjs"), {
    args: [folder.path],
    env: { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "development" },
  });
  try {
    await askFramework(`http://127.0.0.1:${program.ready}`, events);
  } finally {
    await program.stop();
  }
}, 120_000);

/** An event as a route tells of it. */
type ToldEvent = Omit<VerifiedWebhook, "body"> & { body: string };

/** A route for each provider, which tells of its events before it answers. */
async function writeApplication(folder: string, sink: string): Promise<void> {
  const modules = join(folder, "node_modules");
  await installProviders(join(modules, "@hookgate/providers"));
  for (const name of ["next", "react", "react-dom"]) {
    await symlink(join(ROOT, "node_modules", name), join(modules, name));
  }
  for (const [provider, options] of Object.entries(OPTIONS)) {
    await mkdir(join(folder, "app", provider), { recursive: true });
    await writeFile(
      join(folder, "app", provider, "route.js"),
      `import { webhookVerifier } from "@hookgate/providers";
      import { verifyRoute } from "@hookgate/providers/next";
      const verifier = webhookVerifier("${provider}", ${JSON.stringify(options)});
      export const POST = verifyRoute(verifier, async (event) => {
        const body = Buffer.from(event.body).toString("base64");
        await fetch("${sink}", { method: "POST", body: JSON.stringify({ ...event, body }) });
      });
      export const GET = POST;`,
    );
  }
}

/** Its JavaScript as it is published: Next.js bundles a package of an application, and has to bear how this one is made. */
async function installProviders(folder: string): Promise<void> {
  const entries = { ".": "libs/providers/mod.ts", "./next": "libs/providers/verifier/next.ts" };
  await mkdir(folder, { recursive: true });
  const { names } = await bundle({
    entries: Object.values(entries),
    outDir: folder,
    target: "node20",
  });
  const exports = Object.fromEntries(
    Object.entries(entries).map(([name, source]) => [name, names.get(source)]),
  );
  const manifest = { name: "@hookgate/providers", type: "module", exports };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
}

async function listen(take: (event: ToldEvent) => void) {
  const server = createServer(async (request, response) => {
    take((await json(request)) as ToldEvent);
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
