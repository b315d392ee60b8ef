import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { ROOT } from "./root.ts";
import { canInstall, pack, plainEnv, run, systemNode } from "./suite/packed.ts";

const PROGRAM = `
import { createHmac } from "node:crypto";
import { findProvider, toResponse, verifyRequest, webhookVerifier } from "@hookgate/providers";
import { verifyExpress } from "@hookgate/providers/express";
import { verifyFastify } from "@hookgate/providers/fastify";
import { verifyHono } from "@hookgate/providers/hono";
import { verifyRoute } from "@hookgate/providers/next";
import { incoming, sign, verify } from "@hookgate/signature";
const secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
const github = webhookVerifier("github", { secrets: [secret] });
const body = '{"zen":"Design for failure."}';
const mac = createHmac("sha256", secret).update(body).digest("hex");
const headers = { "x-hub-signature-256": "sha256=" + mac, "x-github-event": "ping", "content-type": "application/json" };
const request = new Request("https://hooks.example.com/in", { method: "POST", headers, body });
const verdict = await verifyRequest(github, request);
console.log(verdict.kind, verdict.event.type, verdict.event.data.zen, toResponse(verdict.answer).status);
const recipe = findProvider("stripe").recipe;
const sent = { method: "POST", url: "https://x/", headers: {}, body: new TextEncoder().encode("{}") };
const signed = sign(recipe, sent, { secret, now: Date.now() });
console.log(verify(recipe, incoming(signed, Date.now()), { secrets: [{ id: "1", value: secret }] }).ok);
console.log([verifyExpress, verifyFastify, verifyHono, verifyRoute].map((adapter) => typeof adapter).join());
`;

/** The same as CommonJS, which knows no `await` outside of a function. */
const COMMONJS = `(async () => {${PROGRAM.replaceAll(/^import (.*) from (".*");$/gm, "const $1 = require($2);")}})();`;

const TYPED = `
import { type WebhookVerdict, webhookVerifier } from "@hookgate/providers";
import { verifyRoute } from "@hookgate/providers/next";
import { type Recipe, verify } from "@hookgate/signature";
const stripe = webhookVerifier("stripe", { secrets: ["x"] });
export const POST = verifyRoute(stripe, async ({ body, data, type }) => { console.log(body.length, data, type); });
export function reason(verdict: WebhookVerdict): string {
  // @ts-expect-error Only what is refused has a reason.
  verdict.reason;
  return verdict.kind === "refused" ? verdict.reason : "";
}
export const recipe: Recipe = { kind: "shared_secret", scheme: "a", from: { header: "x-a" } };
console.log(verify);
`;

test("the packed libraries verify in a separate project, are typed, and bring nothing else", async () => {
  if (!(await canInstall())) return;
  await using folder = await temporaryDirectory();
  const env = plainEnv();
  const packed = join(folder.path, "packed");
  const tarballs = [
    await pack("@hookgate/signature", packed),
    await pack("@hookgate/providers", packed),
  ];
  const cwd = folder.path;
  await writeFile(join(cwd, "package.json"), '{"private": true, "type": "module"}');
  await run("npm", ["install", "--no-audit", "--no-fund", "--offline", ...tarballs], { cwd, env });
  await writeFile(join(cwd, "program.mjs"), PROGRAM);
  await writeFile(join(cwd, "program.cjs"), COMMONJS);
  for (const node of [process.execPath, (await systemNode())?.path ?? process.execPath]) {
    for (const program of ["program.mjs", "program.cjs"]) {
      // An old Node has no require() of modules, and no more has Jest.
      const flags = program.endsWith("cjs") ? ["--no-experimental-require-module"] : [];
      const { stdout } = await run(node, [...flags, program], { cwd, env });
      expect(stdout).toBe(
        "event ping Design for failure. 200\ntrue\nfunction,function,function,function\n",
      );
    }
  }
  await writeFile(join(cwd, "typed.mts"), TYPED);
  await writeFile(join(cwd, "typed.cts"), TYPED);
  await writeFile(join(cwd, "typed.ts"), TYPED);
  const options = ["--noEmit", "--strict", "--target", "es2024"];
  const types = ["--types", "node", "--typeRoots", join(ROOT, "node_modules/@types")];
  const tsc = join(ROOT, "node_modules/.bin/tsc");
  for (const resolving of [
    ["--module", "node16", "typed.mts", "typed.cts"],
    ["--module", "esnext", "--moduleResolution", "bundler", "typed.ts"],
  ]) {
    await run(tsc, [...options, ...types, ...resolving], { cwd, env }).catch((error) => {
      throw new Error(`Cannot check the types: ${error.stdout}`);
    });
  }
}, 120_000);
