import { readFileSync } from "node:fs";
import { ADMIN_CALLS, type AdminHandlers } from "@hookgate/rpc";

/** The part of JSON Schema that `npm run codegen` writes. */
export interface Schema {
  $ref?: string;
  type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  properties?: Readonly<Record<string, Schema>>;
  items?: Schema;
  additionalProperties?: boolean | Schema;
  enum?: readonly string[];
  /** What the names of an enum begin with in the protos. */
  "x-prefix"?: string;
  contentEncoding?: "base64";
  minimum?: number;
  maximum?: number;
}

/** A call of AdminService as the HTTP API has it. */
export interface ApiCall {
  name: keyof AdminHandlers;
  path: string;
  /** Whether it changes nothing: then it is a GET, and its request is the query. */
  reads: boolean;
  /** Its request: of a read by the dotted names of the query. */
  request: Schema;
  response: Schema;
}

/** The HTTP API as the OpenAPI document beside this file describes it. */
export interface Api {
  calls: readonly ApiCall[];
  /** The document itself. */
  document: string;
  /** The schema that a reference names; any other as it is. */
  resolve(schema: Schema): Schema;
}

const REFERENCE = "#/components/schemas/";

interface Operation {
  operationId: string;
  parameters?: readonly { name: string; schema: Schema }[];
  requestBody?: { content: { "application/json": { schema: Schema } } };
  responses: { 200: { content: { "application/json": { schema: Schema } } } };
}

interface Document {
  paths: Record<string, { get?: Operation; post?: Operation }>;
  components: { schemas: Record<string, Schema> };
}

/** Reads the API from its generated document, so that what is served is what is described. */
export function readApi(): Api {
  const document = readFileSync(new URL("./openapi.json", import.meta.url), "utf8");
  const { paths, components } = JSON.parse(document) as Document;
  const known: ReadonlySet<string> = new Set(ADMIN_CALLS);
  const calls = Object.entries(paths).flatMap(([path, { get, post }]): ApiCall[] => {
    const operation = get ?? post;
    // A dispatcher's newer call in a document that was not generated again: the drift test says so.
    if (!operation || !known.has(operation.operationId)) return [];
    const parameters = (operation.parameters ?? []).map(({ name, schema }) => [name, schema]);
    const body = operation.requestBody?.content["application/json"].schema;
    return [
      {
        name: operation.operationId as keyof AdminHandlers,
        path,
        reads: get !== undefined,
        request: body ?? { type: "object", properties: Object.fromEntries(parameters) },
        response: operation.responses[200].content["application/json"].schema,
      },
    ];
  });
  const resolve = (schema: Schema): Schema => {
    if (schema.$ref === undefined) return schema;
    const found = components.schemas[schema.$ref.slice(REFERENCE.length)];
    if (!found) throw new Error(`Cannot read the API: ${schema.$ref} is not described`);
    return found;
  };
  return { calls, document, resolve };
}
