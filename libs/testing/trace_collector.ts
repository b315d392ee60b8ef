import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A span as a collector receives it. Ids are in hexadecimal digits. */
export interface CollectedSpan {
  traceId: string;
  spanId: string;
  /** What other systems of tracing keep with it. */
  traceState: string;
  /** Empty if it is the first of its trace. */
  parentId: string;
  name: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  /** In milliseconds since 1970. */
  startMs: number;
  endMs: number;
  attributes: Readonly<Record<string, unknown>>;
  events: readonly { name: string; atMs: number }[];
  isError: boolean;
  /** Of the process that wrote it. */
  resource: Readonly<Record<string, unknown>>;
}

/** A collector of traces that speaks OTLP over HTTP, as `OTEL_EXPORTER_OTLP_ENDPOINT` names it. */
export interface TraceCollector extends AsyncDisposable {
  url: string;
  /** Everything that has arrived. */
  spans: readonly CollectedSpan[];
  /** Headers of the requests, and their bodies as Latin-1. */
  requests: readonly { headers: NodeJS.Dict<string | string[]>; text: string }[];
}

/** Starts a collector on a free port. Its protobuf is read here, field by field, so that no SDK tests itself. */
export async function startTraceCollector(): Promise<TraceCollector> {
  const spans: CollectedSpan[] = [];
  const requests: { headers: NodeJS.Dict<string | string[]>; text: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      requests.push({ headers: request.headers, text: body.toString("latin1") });
      const isTraces = request.url === "/v1/traces" && request.method === "POST";
      if (isTraces) spans.push(...readExport(body));
      response.writeHead(isTraces ? 200 : 404, { "Content-Type": "application/x-protobuf" }).end();
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A message's fields by number: numbers of varints and fixed ones, bytes of the others. */
type Fields = Map<number, (bigint | Buffer)[]>;

/** ExportTraceServiceRequest of opentelemetry/proto/collector/trace/v1. */
function readExport(body: Buffer): CollectedSpan[] {
  return messages(readFields(body), 1).flatMap((resourceSpans) => {
    const [resource = new Map()] = messages(resourceSpans, 1);
    const attributes = readAttributes(resource, 1);
    return messages(resourceSpans, 2).flatMap((scopeSpans) =>
      messages(scopeSpans, 2).map((span) => readSpan(span, attributes)),
    );
  });
}

function readSpan(span: Fields, resource: CollectedSpan["resource"]): CollectedSpan {
  const [status = new Map()] = messages(span, 15);
  return {
    traceId: bytes(span, 1).toString("hex"),
    spanId: bytes(span, 2).toString("hex"),
    traceState: bytes(span, 3).toString(),
    parentId: bytes(span, 4).toString("hex"),
    name: bytes(span, 5).toString(),
    kind: Number(number(span, 6)),
    startMs: Number(number(span, 7)) / 1e6,
    endMs: Number(number(span, 8)) / 1e6,
    attributes: readAttributes(span, 9),
    events: messages(span, 11).map((event) => ({
      name: bytes(event, 2).toString(),
      atMs: Number(number(event, 1)) / 1e6,
    })),
    isError: number(status, 3) === 2n,
    resource,
  };
}

/** KeyValue and AnyValue of opentelemetry/proto/common/v1. */
function readAttributes(fields: Fields, field: number): Record<string, unknown> {
  return Object.fromEntries(
    messages(fields, field).map((pair) => {
      const [value = new Map()] = messages(pair, 2);
      return [bytes(pair, 1).toString(), readValue(value)];
    }),
  );
}

function readValue(value: Fields): unknown {
  if (value.has(1)) return bytes(value, 1).toString();
  if (value.has(2)) return number(value, 2) === 1n;
  if (value.has(3)) return Number(number(value, 3));
  if (value.has(4)) {
    const double = Buffer.alloc(8);
    double.writeBigUInt64LE(number(value, 4));
    return double.readDoubleLE();
  }
  return null;
}

function messages(fields: Fields, field: number): Fields[] {
  return (fields.get(field) ?? []).map((value) => readFields(value as Buffer));
}

function bytes(fields: Fields, field: number): Buffer {
  return (fields.get(field)?.[0] as Buffer | undefined) ?? Buffer.alloc(0);
}

function number(fields: Fields, field: number): bigint {
  return (fields.get(field)?.[0] as bigint | undefined) ?? 0n;
}

/** Reads the wire format of protocol buffers. */
function readFields(message: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError("Cannot read a message: it is truncated");
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (count: number) => {
    at += count;
    return message.subarray(at - count, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const values = fields.get(tag >> 3) ?? [];
    fields.set(tag >> 3, values);
    if ((tag & 7) === 0) values.push(varint());
    else if ((tag & 7) === 1) values.push(take(8).readBigUInt64LE());
    else if ((tag & 7) === 2) values.push(take(Number(varint())));
    else if ((tag & 7) === 5) values.push(BigInt(take(4).readUInt32LE()));
    else throw new SyntaxError(`Cannot read a message: it has a field of type ${tag & 7}`);
  }
  return fields;
}
