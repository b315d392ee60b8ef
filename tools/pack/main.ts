// Makes the tarballs that are published into `dist`: plain JavaScript with types. Arguments choose packages by name.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { PACKAGES } from "./packages.ts";
import { ROOT } from "./root.ts";
import { stagePackage } from "./stage_package.ts";

const { values, positionals } = parseArgs({
  options: { out: { type: "string", default: join(ROOT, "dist") } },
  allowPositionals: true,
});
const out = resolve(values.out);
const unknown = positionals.filter((name) => PACKAGES.every((each) => each.name !== name));
if (unknown.length > 0) {
  throw new Error(
    `Cannot pack ${unknown.join(", ")}: it is none of ${PACKAGES.map(({ name }) => name).join(", ")}`,
  );
}

await mkdir(out, { recursive: true });
for (const one of PACKAGES) {
  if (positionals.length > 0 && !positionals.includes(one.name)) continue;
  const staged = await mkdtemp(join(tmpdir(), "hookgate-pack-"));
  try {
    await stagePackage(one, staged);
    const args = ["pack", "--silent", "--pack-destination", out];
    const { stdout } = await promisify(execFile)("npm", args, { cwd: staged });
    process.stdout.write(`${join(out, stdout.trim())}\n`);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}
