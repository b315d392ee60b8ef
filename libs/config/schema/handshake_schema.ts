import type { HandshakeRule, OwnResponse, OwnScheme } from "@hookgate/providers";
import { z } from "zod";
import { boundedNumber, ofKind, strictObject } from "./combinators.ts";
import { headerName, placeSchema, shortText } from "./place_schema.ts";

const TEXT_CHARS_MAX = 1_000;

const method = z.enum(["GET", "HEAD", "OPTIONS", "POST"]);
const when = strictObject({ at: placeSchema, equals: z.string().min(1).max(TEXT_CHARS_MAX) });
const common = { when: when.optional(), verified: z.boolean().optional() };
const challenged = {
  ...common,
  methods: z.array(method).min(1).default(["GET"]),
  challenge: placeSchema,
  member: shortText.optional(),
};

/** A handshake as data. */
export const handshakeSchema = ofKind({
  echo: strictObject({ kind: z.literal("echo"), ...challenged }),
  sign: strictObject({
    kind: z.literal("sign"),
    ...challenged,
    digest: z.enum(["sha1", "sha256", "sha512"]),
    encoding: z.enum(["hex", "hex_upper", "base64", "base64url"]),
    prefix: z.string().max(100).optional(),
    echo: shortText.optional(),
  }),
  acknowledge: strictObject({
    kind: z.literal("acknowledge"),
    ...common,
    methods: z.array(method).min(1).default(["GET", "HEAD"]),
    status: z.union([z.literal(200), z.literal(204)]).default(200),
  }),
}).transform((rule) => rule as HandshakeRule);

/** The methods that a sender's events have. */
export const methodsSchema = z.array(z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"])).min(1);

/** How a sender wants its events to be answered: by default with an empty 200. */
export const ownResponseSchema = strictObject({
  status: boundedNumber({ min: 200, max: 299 }).default(200),
  contentType: z
    .string()
    .regex(/^[!-~][ -~]{0,199}$/)
    .default("text/plain; charset=utf-8"),
  body: z.string().max(TEXT_CHARS_MAX).default(""),
  emptyRefusals: z.boolean().default(false),
  echo: headerName.optional(),
}).transform(({ echo, ...own }): OwnResponse => (echo === undefined ? own : { ...own, echo }));

/** Why a handshake would take events for itself, or let anyone sign them; null if it does neither. */
export function findHandshakeProblem({
  handshake,
  recipe,
  methods = ["POST"],
}: Pick<OwnScheme, "handshake" | "recipe" | "methods">): string | null {
  // What is invalid by itself is already reported.
  if (!Array.isArray(handshake?.methods) || !Array.isArray(methods)) return null;
  if (handshake.kind === "sign" && recipe !== undefined && recipe.kind !== "hmac") {
    return "signs, which needs a recipe of kind hmac: the answer is made with its secret";
  }
  if (handshake.kind === "sign" && handshake.echo !== undefined && handshake.member === undefined) {
    return "echoes the challenge in a member, so member must name the one with the signature";
  }
  const shared = handshake.methods.filter((one) => methods.includes(one));
  if (handshake.when !== undefined || shared.length === 0) return null;
  const isApart =
    handshake.kind !== "acknowledge" &&
    ("header" in handshake.challenge || "query" in handshake.challenge);
  return isApart ? null : `needs when: events are sent with ${shared.join(", ")}, too`;
}
