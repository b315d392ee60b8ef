import { ADMIN_READS, adminScopes, PROTOS_DIRECTORY } from "@hookgate/rpc";
import protobuf from "protobufjs";

const SERVICE = "hookgate.v1.AdminService";

/** What the status codes of gRPC become over HTTP, for comments that name one. */
const STATUS_OF: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  FAILED_PRECONDITION: 409,
  RESOURCE_EXHAUSTED: 429,
  UNAVAILABLE: 503,
};

type Json = Record<string, unknown>;

/**
 * The HTTP admin API as OpenAPI 3.1, from AdminService. One rule makes every route: a call that reads is
 * `GET /api/v1/list-events` with its request in the query, one that acts is `POST /api/v1/create-replay` with its request as
 * JSON. Enums lose their prefix (`"dead"`), bytes are base64, what is absent is left out.
 */
export function openApi(): string {
  const service = readProtos().lookupService(SERVICE);
  const named = new NamedSchemas(requestTypes(service));
  const paths = Object.fromEntries(
    service.methodsArray.map((method) => [
      `/api/v1/${kebab(method.name)}`,
      operation(method, named),
    ]),
  );
  const document = {
    openapi: "3.1.0",
    info: {
      title: "Hookgate",
      version: "1",
      description:
        "What operators ask and do. A read that is asked for with `Accept: text/event-stream` sends its answer, and again each time that it has changed.",
      license: { name: "MIT", identifier: "MIT" },
    },
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A token of the dispatcher." },
        session: { type: "apiKey", in: "cookie", name: "hookgate_session" },
      },
      schemas: { ...named.schemas(), Error: ERROR },
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const ERROR = {
  type: "object",
  description: "Why a call was not answered.",
  properties: {
    error: { type: "string", description: "The kind of error, for programs." },
    message: { type: "string", description: "A sentence for people." },
  },
  required: ["error", "message"],
  additionalProperties: false,
};

function readProtos(): protobuf.Root {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => `${PROTOS_DIRECTORY}/${target}`;
  root.loadSync("hookgate/v1/admin.proto", { keepCase: false, alternateCommentMode: true });
  root.resolveAll();
  return root;
}

function operation(method: protobuf.Method, named: NamedSchemas): Json {
  const { name, resolvedRequestType: request, resolvedResponseType: response } = method;
  if (!request || !response) throw new Error(`Cannot describe ${name}: its types are unknown`);
  const reads = ADMIN_READS.test(name);
  const schema = named.reference(response);
  const json = { "application/json": { schema } };
  const description = sentence(method.comment, name);
  const common = {
    operationId: `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    summary: description.split(/(?<=\.)\s/, 1)[0],
    description,
    "x-scope": adminScopes(name)[0],
  };
  const responses = {
    200: {
      description: sentence(response.comment),
      content: reads ? { ...json, "text/event-stream": { schema: { type: "string" } } } : json,
    },
    default: {
      description: "An error.",
      content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
    },
  };
  if (reads) return { get: { ...common, parameters: parameters(request, named), responses } };
  const body = { "application/json": { schema: named.reference(request) } };
  return { post: { ...common, requestBody: { required: true, content: body }, responses } };
}

/** The fields of a request as parameters of a query; those of a message inside it have a dotted name. */
function parameters(type: protobuf.Type, named: NamedSchemas, prefix = ""): Json[] {
  return type.fieldsArray.flatMap((field) => {
    const name = `${prefix}${field.name}`;
    if (field.resolvedType instanceof protobuf.Type) {
      return parameters(field.resolvedType, named, `${name}.`);
    }
    const { description = "", ...schema } = named.field(field) as { description?: string };
    return [{ name, in: "query", description, schema }];
  });
}

/** The messages and enums that calls use, each a named schema. */
class NamedSchemas {
  readonly #requests: ReadonlySet<protobuf.Type>;
  readonly #schemas = new Map<string, Json>();

  /** In a message that requests have, nothing is required. */
  constructor(requests: ReadonlySet<protobuf.Type>) {
    this.#requests = requests;
  }

  schemas(): Json {
    return Object.fromEntries(
      [...this.#schemas].toSorted(([one], [other]) => (one < other ? -1 : 1)),
    );
  }

  reference(type: protobuf.Type | protobuf.Enum): Json {
    if (!this.#schemas.has(type.name)) {
      // Before its fields, because a message can have itself as one.
      this.#schemas.set(type.name, {});
      this.#schemas.set(
        type.name,
        type instanceof protobuf.Enum ? enumeration(type) : this.#message(type),
      );
    }
    return { $ref: `#/components/schemas/${type.name}` };
  }

  field(field: protobuf.Field): Json {
    const item = field.resolvedType ? this.reference(field.resolvedType) : scalar(field.type);
    const description = sentence(field.comment);
    if (field instanceof protobuf.MapField) {
      return { type: "object", additionalProperties: item, description };
    }
    if (field.repeated) return { type: "array", items: item, description };
    return { ...item, description };
  }

  #message(type: protobuf.Type): Json {
    const fields = type.fieldsArray;
    const required = fields.filter((field) => !mayBeAbsent(field)).map(({ name }) => name);
    return {
      type: "object",
      description: sentence(type.comment),
      properties: Object.fromEntries(fields.map((field) => [field.name, this.field(field)])),
      ...(required.length > 0 && !this.#requests.has(type) ? { required } : {}),
      additionalProperties: false,
    };
  }
}

function mayBeAbsent(field: protobuf.Field): boolean {
  if (field.repeated || field instanceof protobuf.MapField) return false;
  return field.partOf !== null || field.resolvedType instanceof protobuf.Type;
}

/** The names of an enum, short: `DELIVERY_STATE_DEAD` is `dead`. The first one is "not set", in a request the same as none. */
function enumeration(type: protobuf.Enum): Json {
  const prefix = `${type.name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()}_`;
  const names = Object.keys(type.values);
  const shortOf = (name: string) => name.slice(prefix.length).toLowerCase();
  const meanings = names.map((name) => `\`${shortOf(name)}\`: ${sentence(type.comments[name])}`);
  return {
    type: "string",
    enum: names.map(shortOf),
    description: [sentence(type.comment), ...meanings].join("\n\n"),
    "x-prefix": prefix,
  };
}

/** Every message that a request is or has. */
function requestTypes(service: protobuf.Service): Set<protobuf.Type> {
  const found = new Set<protobuf.Type>();
  const visit = (type: protobuf.Type | protobuf.Enum | null) => {
    if (!(type instanceof protobuf.Type) || found.has(type)) return;
    found.add(type);
    for (const field of type.fieldsArray) visit(field.resolvedType);
  };
  for (const { resolvedRequestType } of service.methodsArray) visit(resolvedRequestType);
  return found;
}

const INT32_MAX = 2 ** 31 - 1;

function scalar(type: string): Json {
  switch (type) {
    case "string":
      return { type: "string" };
    case "bytes":
      return { type: "string", contentEncoding: "base64" };
    case "bool":
      return { type: "boolean" };
    case "int32":
      return { type: "integer", format: "int32", minimum: -INT32_MAX - 1, maximum: INT32_MAX };
    case "uint32":
      return { type: "integer", minimum: 0, maximum: 2 ** 32 - 1 };
    case "int64":
      // What a number of JavaScript holds exactly, which is what the gateway itself counts in.
      return {
        type: "integer",
        format: "int64",
        minimum: Number.MIN_SAFE_INTEGER,
        maximum: Number.MAX_SAFE_INTEGER,
      };
    case "uint64":
      return { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
    case "double":
    case "float":
      return { type: "number" };
    default:
      throw new Error(`Cannot describe a field: its type ${type} has no schema`);
  }
}

/** Names of fields in comments; other words with underscores there are values. */
const FIELD = /\b[a-z]+(?:_[a-z]+)*_(?:ms|max|token|size|id|at|by|run|only)\b/g;

/** A comment as the API's readers know things: without the name it begins with, with JSON's names and HTTP's statuses. */
function sentence(comment: string | null | undefined, name = ""): string {
  const text = (comment ?? "").replaceAll(/\s*\n\s*/g, " ").trim();
  const own = name !== "" && text.startsWith(`${name} `) ? text.slice(name.length + 1) : text;
  const renamed = own
    .replaceAll(FIELD, (name) => `\`${camel(name)}\``)
    .replaceAll(/\b[A-Z]+(?:_[A-Z]+)*\b/g, (word) => String(STATUS_OF[word] ?? word));
  return `${renamed.charAt(0).toUpperCase()}${renamed.slice(1)}`;
}

function camel(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function kebab(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}
