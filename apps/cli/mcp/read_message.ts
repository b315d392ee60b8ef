import {
  CallToolRequestSchema,
  ErrorCode,
  InitializeRequestSchema,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  ListToolsRequestSchema,
  PingRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";

/** What is no message that can be answered as it asks. */
export interface Unread {
  code: ErrorCode;
  /** Why, half a sentence. */
  problem: string;
  /** What it is to be answered to, null if that cannot be read; undefined if it wants no answer. */
  id: string | number | null | undefined;
}

/** What is asked of this server. */
const REQUESTS = {
  initialize: InitializeRequestSchema,
  ping: PingRequestSchema,
  "tools/list": ListToolsRequestSchema,
  "tools/call": CallToolRequestSchema,
} as const;

/** Reads a line of a client. Pure. */
export function readMessage(line: string): JSONRPCMessage | Unread {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { code: ErrorCode.ParseError, problem: (error as Error).message, id: null };
  }
  const { success, data } = JSONRPCMessageSchema.safeParse(value);
  if (!success) return unread(value);
  if (!("method" in data) || !("id" in data)) return data;
  const schema = Object.hasOwn(REQUESTS, data.method)
    ? REQUESTS[data.method as keyof typeof REQUESTS]
    : undefined;
  const issue = schema?.safeParse(data).error?.issues[0];
  if (issue === undefined) return data;
  const problem = `${issue.path.join(".")}: ${issue.message}`;
  return { code: ErrorCode.InvalidParams, problem, id: data.id };
}

function unread(value: unknown): Unread {
  const problem = "it is not of JSON-RPC 2.0";
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject) return { code: ErrorCode.InvalidRequest, problem, id: null };
  const { method, id = null, params } = value as Record<string, unknown>;
  // An answer is never answered, nor is a notification.
  const isAnswer = "result" in value || "error" in value;
  const isNotification = typeof method === "string" && !("id" in value);
  if (isAnswer || isNotification) return { code: ErrorCode.InvalidRequest, problem, id: undefined };
  const answered = typeof id === "string" || Number.isSafeInteger(id) ? (id as string) : null;
  const { success } = JSONRPCMessageSchema.safeParse({ ...value, params: {} });
  if (params === undefined || !success) {
    return { code: ErrorCode.InvalidRequest, problem, id: answered };
  }
  return {
    code: ErrorCode.InvalidParams,
    problem: "params, or _meta of it, is not an object",
    id: answered,
  };
}
