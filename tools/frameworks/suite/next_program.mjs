import { once } from "node:events";
import { createServer } from "node:http";
import next from "next";

// Next.js, in development, on the application in a folder. Not Turbopack: it takes no node_modules that is a link. Not TypeScript:
// the types of Next.js change those of process.env everywhere.
const [, , dir = ""] = process.argv;
const app = next({ dev: true, webpack: true, quiet: true, dir });
await app.prepare();
const handle = app.getRequestHandler();
const server = createServer((request, response) => void handle(request, response));
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.once("SIGTERM", () => process.exit());
console.log(`ready ${server.address().port}`);
