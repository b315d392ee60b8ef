import { type ReadSecret, UNSET_SECRET } from "./secret_schema.ts";

/** What the keys of a subscription ask of each other. */
export interface TargetProblem {
  path: string[];
  message: string;
}

const TARGETS = ["handler", "endpoint", "stream"] as const;

const OF_ENDPOINTS = {
  secret: "is what deliveries to an endpoint are signed with",
  secrets: "are what deliveries to an endpoint are signed with",
  forwardHeaders: "is about requests to an endpoint",
};

/** Keys as they were given: each of them may be bad, and has its own problem then. */
type Given = Readonly<Record<string, unknown>>;

/** What is wrong with a subscription's target, and with keys that belong to another kind of target. */
export function findTargetProblems(subscription: unknown): TargetProblem[] {
  if (typeof subscription !== "object" || subscription === null) return [];
  const given = subscription as Given;
  const targets = TARGETS.filter((target) => given[target] !== undefined);
  const [target] = targets;
  if (target === undefined || targets.length > 1) {
    const state = target === undefined ? "has no target" : `has ${targets.join(" and ")}`;
    const message = `${state}: it needs exactly one of handler, endpoint and stream: true`;
    return [{ path: [], message }];
  }
  if (target === "endpoint") return findSecretProblems(given);
  return [...findEndpointKeys(given), ...(target === "stream" ? findConcurrency(given) : [])];
}

function findEndpointKeys(given: Given): TargetProblem[] {
  return Object.entries(OF_ENDPOINTS)
    .filter(([key]) => given[key] !== undefined)
    .map(([key, what]) => ({ path: [key], message: `${what}: leave it out, there is none here` }));
}

function findConcurrency({ concurrency }: Given): TargetProblem[] {
  if (concurrency === undefined) return [];
  const message = "is not for a stream: leave it out, as its subscribers say how much they take";
  return [{ path: ["concurrency"], message }];
}

function findSecretProblems(given: Given): TargetProblem[] {
  const { secret, secrets } = given;
  if (secret !== undefined && secrets !== undefined) {
    return [{ path: [], message: "has secret and secrets: keep one" }];
  }
  const path = [secrets === undefined ? "secret" : "secrets"];
  const list: unknown = secret === undefined ? secrets : [secret];
  if (list === undefined) {
    // A key that is there is a variable that is not set.
    const isUnset = Object.hasOwn(given, "secret") || Object.hasOwn(given, "secrets");
    const message = "is missing: deliveries to an endpoint are signed with it";
    return [{ path, message: isUnset ? UNSET_SECRET : message }];
  }
  if (!Array.isArray(list)) return [];
  // A bad one has its own problem, and would have been one that signs.
  if (list.some((one) => (one as ReadSecret | undefined)?.verifies !== false)) return [];
  const state = list.length === 0 ? "is empty" : "has none left that is in force";
  return [{ path, message: `${state}: add one, as deliveries to an endpoint are signed` }];
}
