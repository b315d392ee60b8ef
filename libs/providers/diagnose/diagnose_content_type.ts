import { looksIntoBody, type SignedRequest } from "@hookgate/signature";
import { isForm } from "@hookgate/types";
import { alsoTime, type Trial } from "./diagnose_trial.ts";

const URLENCODED = "application/x-www-form-urlencoded";

/** A boundary has at most 70 characters (RFC 2046), after two dashes. */
const BOUNDARY = /^--([^\s";]{1,70})[ \t]*\r?\n/;
const BOUNDARY_LINE_BYTES_MAX = 100;

/** Whether the content type keeps a form from being read, if another one makes the signature right. */
export function contentTypeDiagnoses(trial: Trial): string[] {
  const { request, provider } = trial;
  const problem = contentTypeProblem(request);
  if (problem === null || !looksIntoBody(provider.recipe)) return [];
  const contentType = formTypeOf(request.body);
  const headers = (name: string) =>
    name === "content-type" ? [contentType] : request.headers(name);
  const match = trial.match({ request: { headers } });
  if (match === null) return [];
  const [type] = contentType.split(";", 1);
  return [
    `The signature is right, but ${problem}, so it is not read as a form: send it as ${type}.${alsoTime(match)}`,
  ];
}

/** Why a body is not read as a form; null if it is, or there is none. */
export function contentTypeProblem({ headers, body }: SignedRequest): string | null {
  const contentType = headers("content-type")[0] ?? "";
  if (body.length === 0 || isForm(contentType)) return null;
  if (contentType === "") return "the body has no content type";
  return /^multipart\/form-data/i.test(contentType)
    ? "the body's content type has no boundary"
    : "the body's content type is not that of a form";
}

function formTypeOf(body: Uint8Array): string {
  const start = Buffer.from(body.subarray(0, BOUNDARY_LINE_BYTES_MAX)).toString("latin1");
  const boundary = BOUNDARY.exec(start)?.[1];
  return boundary === undefined ? URLENCODED : `multipart/form-data; boundary="${boundary}"`;
}
