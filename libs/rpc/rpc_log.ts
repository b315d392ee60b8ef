/** What this library needs of a log; pino's is one. */
export interface RpcLog {
  error(fields: object, message: string): void;
}
