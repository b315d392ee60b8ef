/** Starts a handler host while no file can be opened, and writes what was logged until files were closed and it ran. */
import { closeSync, openSync } from "node:fs";
import { waitFor } from "@hookgate/testing";
import { recordingLog } from "../../../suite/recording_log.ts";
import { makeHosts } from "./make_hosts.ts";

const { log, lines } = recordingLog();
const hosts = makeHosts({
  count: 1,
  resolveHookUrl: "data:text/javascript,",
  random: () => 0.1,
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
