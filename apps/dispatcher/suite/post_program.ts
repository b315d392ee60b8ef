import { EndpointConnections } from "../targets/endpoint/endpoint_connections.ts";

// Posts to a URL, in the environment of the test, and prints the result.
const connections = new EndpointConnections({ allows: () => true });
try {
  const url = new URL(process.argv[2] ?? "");
  const body = Buffer.from("{}");
  const signal = AbortSignal.timeout(5_000);
  const answer = await connections.post(url, { headers: { "content-length": "2" }, body, signal });
  process.stdout.write(`answered ${answer.status}`);
} catch (error) {
  process.stdout.write(String(error));
} finally {
  connections.close();
}
