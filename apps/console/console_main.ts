import { runApp } from "@hookgate/config";
import { createLog, standardStream } from "@hookgate/telemetry";
import { startConsoleApp } from "./console_app.ts";

await runApp("console", {
  out: standardStream(1),
  err: standardStream(2),
  createLog: ({ log }) => createLog({ name: "console", ...log }),
  start: startConsoleApp,
});
