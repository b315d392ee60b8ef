/**
 * A subscriber as a separate process: records each handled event in a file, one line each. Arguments: address of the
 * dispatcher, token, name of the subscription, the file.
 */
import { appendFileSync } from "node:fs";
import { subscribe } from "@hookgate/client";

const [address = "", token = "", name = "", file = ""] = process.argv.slice(2);
const subscriber = subscribe(
  { address, token, name, concurrency: 50 },
  async (event, { attempt }) => {
    // Slow enough that there is always something in flight.
    await new Promise((resolve) => setTimeout(resolve, 2));
    appendFileSync(file, `${JSON.stringify({ event: event.id, attempt, at: Date.now() })}\n`);
  },
);
process.on("SIGTERM", () => {
  subscriber.close().finally(() => process.exit(0));
});
await subscriber.opened;
process.stdout.write(`ready ${name}\n`);
await subscriber.closed;
