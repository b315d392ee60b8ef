// A process of its own that serves captures, for tests that kill it: prints its address, answers every capture.
import { startRpcServer } from "../server/start_rpc_server.ts";
import { answerOf } from "./example_messages.ts";
import { unansweredIngest } from "./unanswered_ingest.ts";

const server = await startRpcServer({
  address: process.argv[2] ?? "127.0.0.1:0",
  security: { tokens: null, tls: null },
  ingest: unansweredIngest({
    capture(call) {
      call.receive({
        message({ captures }) {
          for (const { number } of captures) call.send(answerOf(number));
        },
        end: () => call.end(),
        error: () => {},
      });
    },
  }),
  admin: null,
  subscription: null,
  log: { error() {} },
});
process.stdout.write(`${server.address}\n`);
