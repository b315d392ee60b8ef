import {
  type ChannelCredentials,
  type ChannelOptions,
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type ServiceDefinition,
  type StatusObject,
} from "@grpc/grpc-js";
import { RPC_STATUSES } from "../transport/rpc_error.ts";

/** How a call ended. */
export interface RawStatus {
  /** The name of its status. */
  code: string;
  details: string;
  answers: unknown[];
}

/** Options for {@linkcode rawClient}. */
export interface RawClientOptions {
  credentials?: ChannelCredentials;
  /** Without it there are no limits on messages. */
  options?: ChannelOptions;
}

/** A client without Hookgate's manners: for what `connectRpc` would not do, and for services it does not call. */
export function rawClient(address: string, given: RawClientOptions = {}): RawClient {
  const client = new Client(address, given.credentials ?? credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
    "grpc.enable_http_proxy": 0,
    "grpc.max_send_message_length": -1,
    "grpc.max_receive_message_length": -1,
    ...given.options,
  });
  return {
    async call(definition, request, headers = []) {
      const metadata = new Metadata();
      for (const [name, value] of headers) metadata.add(name, value);
      const { path, requestSerialize, responseDeserialize } = definition;
      const stream = client.makeBidiStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        metadata,
        { deadline: Date.now() + 10_000 },
      );
      return await receiveStatus(stream, request);
    },
    [Symbol.dispose]: () => client.close(),
  };
}

/** A raw client. */
export interface RawClient extends Disposable {
  /** Sends one request, takes every answer, and says how the call ended. Any method will do. */
  call(
    definition: ServiceDefinition[string],
    request: object,
    headers?: readonly (readonly [string, string])[],
  ): Promise<RawStatus>;
}

/** Sends a request as the only one, and receives until the end. */
function receiveStatus(
  stream: ClientDuplexStream<unknown, unknown>,
  request: object,
): Promise<RawStatus> {
  const answers: unknown[] = [];
  return new Promise((resolve) => {
    stream.on("data", (answer) => answers.push(answer));
    stream.on("error", () => {});
    stream.on("status", ({ code, details }: StatusObject) =>
      resolve({ code: RPC_STATUSES[code] ?? `${code}`, details, answers }),
    );
    stream.write(request);
    stream.end();
  });
}
