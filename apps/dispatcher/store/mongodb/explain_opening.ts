import {
  MongoError,
  type MongoOptions,
  MongoServerError,
  MongoServerSelectionError,
} from "mongodb";
import { unavailable } from "./transactions/calls.ts";

/** MongoDB's codes for a call without the right to make it, a wrong user or password, and a name that no database can have. */
const UNAUTHORIZED = 13;
const AUTHENTICATION_FAILED = 18;
const INVALID_NAMESPACE = 73;

/** What to do about an answer, or its absence, by the words of Node or the driver; the first that fits counts. */
const ADVICE: readonly (readonly [words: RegExp, advice: (tls: boolean) => string])[] = [
  [/ECONNREFUSED/, () => "nothing listens there: start MongoDB, or correct the address"],
  [
    /ENOTFOUND|EAI_AGAIN|querySrv|queryTxt/,
    () => "the name has no address: correct it, or the DNS",
  ],
  [
    /not match certificate's altnames/,
    () => "its certificate is for another name: use one that it lists",
  ],
  [
    /certificate/,
    () => "its certificate is not trusted: name the CA that signed it with tlsCAFile=",
  ],
  [
    /closed$|disconnected before|ECONNRESET|EPROTO|wrong version|packet length/,
    (tls) =>
      tls
        ? "it is no MongoDB, or has no TLS: correct the address, or take tls=true out"
        : "it is no MongoDB, or wants TLS: correct the address, or add tls=true",
  ],
  [/timed out/, () => "see that the address is right, and that no firewall is in between"],
];

/**
 * What kept the store from being opened, and what to do about it, in one sentence for the operator. An error that is ours already
 * stays as it is.
 */
export function explainOpening(
  error: unknown,
  { tls, replicaSet }: Pick<MongoOptions, "tls" | "replicaSet">,
): unknown {
  const { message, code, syscall } = error as { [name: string]: unknown } & Error;
  const explained = (words: string) =>
    unavailable("open the store", new MongoError(words, { cause: error as Error }));
  // Only what the resolver itself says is no error of the driver's.
  const isDns = typeof syscall === "string" && syscall.startsWith("query");
  if (error instanceof MongoServerSelectionError || isDns) {
    // A server of another set is no server of this one: none is left.
    if (replicaSet && error instanceof MongoServerSelectionError && !error.reason?.servers?.size) {
      const advice = "rs.status() on a server tells its name, correct replicaSet=";
      return explained(
        `no server of MONGODB_URI belongs to the replica set "${replicaSet}": ${advice}`,
      );
    }
    const advice = ADVICE.find(([words]) => words.test(message))?.[1](tls);
    return explained(
      `no server of MONGODB_URI answers: ${message}${advice === undefined ? "" : `; ${advice}`}`,
    );
  }
  if (!(error instanceof MongoServerError)) return unavailable("open the store", error);
  switch (code) {
    case AUTHENTICATION_FAILED:
      return explained(
        `MongoDB refuses the user of MONGODB_URI (${message}): correct user, password and authSource=`,
      );
    case UNAUTHORIZED:
      return explained(
        `the user of MONGODB_URI may not use its database (${message}): name one with the role readWrite`,
      );
    case INVALID_NAMESPACE:
      return new Error(
        `Cannot open the store: MONGODB_URI names a database that cannot be: ${message}`,
        {
          cause: error,
        },
      );
    default:
      return unavailable("open the store", error);
  }
}
