/** Starts a handler host while no file can be opened, and writes what was logged until files were closed and it ran. */
import { closeSync, openSync } from "node:fs";
import { waitFor } from "@hookgate/testing";
import { recordingLog } from "../../../suite/recording_log.ts";
import { HandlerHosts } from "../handler_hosts.ts";

const { log, lines } = recordingLog();
const hosts = new HandlerHosts({
  count: 1,
  solo: false,
  memoryBytesMax: 256 * 1024 ** 2,
  env: {},
  resolveHookUrl: "data:text/javascript,",
  output: null,
  monotonic: () => performance.now(),
  random: () => 0.1,
  accuse: () => {},
  imported: () => {},
  suspected: () => {},
  recalled: () => {},
  log,
});
const opened: number[] = [];
try {
  for (;;) opened.push(openSync("/dev/null", "r"));
} catch {
  // That was the last one.
}
hosts.start();
await waitFor(() => lines.length >= 2, { what: "two tries" });
for (const descriptor of opened) closeSync(descriptor);
await waitFor(() => hosts.pids.length === 1, { what: "a host" });
await hosts.close({ graceMs: 0 });
process.stdout.write(JSON.stringify(lines));
