import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadConfig, readEnv } from "@hookgate/config";
import { createLog } from "@hookgate/telemetry";
import { signedGenericRequest, temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { startOneProcess } from "./one_process.ts";

const SECRET = "Zx81sdu2hYx0oQbqkAvkVyE3DqS2Vw6z";

test("a reload that the dispatcher refuses changes nothing at the edge, either", async () => {
  const folder = await temporaryDirectory();
  const tokens = join(folder.path, "tokens.json");
  const env = readEnv({
    DATA_DIR: join(folder.path, "data"),
    HOOKGATE_CONFIG: join(folder.path, "hookgate.config.ts"),
    EDGE_PORT: "0",
    EDGE_OPS_PORT: "0",
    DISPATCHER_ADDRESS: "127.0.0.1:0",
    DISPATCHER_OPS_PORT: "0",
    RPC_TOKENS_FILE: tokens,
  });
  async function configWith(source: string) {
    const sources = { [source]: { provider: "generic", secrets: [SECRET] } };
    await writeFile(env.configPath, `export default ${JSON.stringify({ sources })};\n`);
    return loadConfig({ env });
  }
  await mkdir(env.dataDir, { mode: 0o700 });
  await writeFile(tokens, `{"${"0f1e2d3c".repeat(2)}-crm": ["subscribe:crm"]}`);
  const output = { out: process.stdout, err: process.stderr };
  const log = createLog({ name: "test", level: "silent" });
  const silent = { ...env, log: { ...env.log, level: "silent" } };
  const config = await configWith("academy");
  const parts = { env: silent as typeof env, config, environment: {}, output, log };
  const gateway = await startOneProcess(parts);
  try {
    const url = await gateway.ready;
    const post = async (source: string) => {
      const { headers, body } = signedGenericRequest({ secret: SECRET, data: { source } });
      return (await fetch(`${url}/${source}`, { method: "POST", headers, body })).status;
    };
    expect([await post("academy"), await post("shop")]).toEqual([200, 404]);
    const changed = await configWith("shop");
    await writeFile(tokens, "{ not JSON");
    await expect(gateway.reload(changed)).rejects.toThrow("RPC_TOKENS_FILE");
    expect([await post("academy"), await post("shop")]).toEqual([200, 404]);
    await writeFile(tokens, `{"${"0f1e2d3c".repeat(2)}-crm": ["subscribe:crm"]}`);
    await gateway.reload(changed);
    expect([await post("academy"), await post("shop")]).toEqual([404, 200]);
  } finally {
    await gateway.stop();
    await folder[Symbol.asyncDispose]();
  }
}, 60_000);
