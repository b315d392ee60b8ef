import {
  type Digest,
  type Encoding,
  type MacRecipe,
  type Place,
  type Recipe,
  readPlace,
  readUnproven,
  type SignedRequest,
  sign,
  type VerifySecret,
  verify,
} from "@hookgate/signature";
import {
  answerJson,
  echoChallenge,
  type Handshake,
  type HandshakeResponse,
  refuseHandshake,
} from "./handshake.ts";
import { type PlacedText, requestWith } from "./recipe_request.ts";

interface CommonRule {
  methods: Handshake["methods"];
  /** What tells it from an event: the text at a place. */
  when?: { at: Place; equals: string };
  /** Whether it is signed as events are. @default {false} */
  verified?: boolean;
}

/** The challenge is the answer: as text, or as this member of a JSON object. */
export interface EchoRule extends CommonRule {
  kind: "echo";
  challenge: Place;
  member?: string;
}

/** The HMAC of the challenge, with the secret that events are signed with, is the answer. */
export interface SignRule extends CommonRule {
  kind: "sign";
  challenge: Place;
  digest: Digest;
  encoding: Encoding;
  /** What is in front of it, such as `sha256=`. @default {""} */
  prefix?: string;
  /** Member of a JSON object that has it. @default {the whole answer, as text} */
  member?: string;
  /** Further member with the challenge itself. */
  echo?: string;
}

/** Only the status is the answer. */
export interface AcknowledgeRule extends CommonRule {
  kind: "acknowledge";
  status: 200 | 204;
}

/** A handshake as data: the kinds that senders have in common. */
export type HandshakeRule = EchoRule | SignRule | AcknowledgeRule;

/** The form of challenges that are signed. */
const CHALLENGE = /^[A-Za-z0-9._~+/=-]{1,500}$/;

/** The handshake that a rule describes. */
export function recipeHandshake(rule: HandshakeRule, recipe: Recipe): Handshake {
  const { methods, when, verified = false } = rule;
  return {
    methods,
    verified,
    everyMs: null,

    answer(request, { secrets }) {
      const reading = readUnproven(request);
      if (!(methods as readonly string[]).includes(request.method)) return null;
      if (when !== undefined && readPlace(reading, when.at) !== when.equals) return null;
      if (rule.kind === "acknowledge") return { status: rule.status, headers: {}, body: "" };
      const challenge = readPlace(reading, rule.challenge);
      if (challenge === undefined) return null;
      if (rule.kind === "sign") return answerSigned(rule, challenge, { recipe, request, secrets });
      const { member } = rule;
      return echoChallenge(challenge, member === undefined ? {} : { member });
    },

    sample(challenge, { url }) {
      const [method = "GET"] = methods;
      const texts: PlacedText[] = when === undefined ? [] : [[when.at, when.equals]];
      if (rule.kind !== "acknowledge") texts.push([rule.challenge, challenge]);
      return requestWith(texts, { method, url });
    },
  };
}

function answerSigned(
  rule: SignRule,
  challenge: string | null,
  {
    recipe,
    request,
    secrets,
  }: { recipe: Recipe; request: SignedRequest; secrets: readonly VerifySecret[] },
): HandshakeResponse {
  if (challenge === null || !CHALLENGE.test(challenge)) {
    return refuseHandshake(400, "the challenge has characters that are never signed");
  }
  const secret =
    recipe.kind === "hmac" ? chooseSecret(rule, recipe, { request, secrets }) : undefined;
  const signed = secret === undefined ? null : signText(rule, challenge, { recipe, secret });
  if (signed === null) return refuseHandshake(403, "the source has no secret to answer with");
  if (rule.member === undefined) return echoChallenge(signed);
  const echoed = rule.echo === undefined ? {} : { [rule.echo]: challenge };
  return answerJson({ ...echoed, [rule.member]: signed });
}

/** The one that signed the handshake, or the first: it is the current one. */
function chooseSecret(
  { verified = false }: SignRule,
  recipe: MacRecipe,
  { request, secrets }: { request: SignedRequest; secrets: readonly VerifySecret[] },
): string | undefined {
  if (!verified) return secrets.find(({ value }) => value !== "")?.value;
  const verdict = verify(recipe, request, { secrets });
  return verdict.ok ? secrets.find(({ id }) => id === verdict.secretId)?.value : undefined;
}

function signText(
  { digest, encoding, prefix = "" }: SignRule,
  text: string,
  { recipe, secret }: { recipe: Recipe; secret: string },
): string | null {
  if (recipe.kind !== "hmac") return null;
  const { key = "utf8" } = recipe;
  const mac: MacRecipe = {
    kind: "hmac",
    scheme: "handshake",
    signature: { header: "signature" },
    format: { kind: "plain", prefix },
    digest,
    encoding,
    key,
    signed: ["body"],
  };
  const request = { method: "GET", url: "", headers: {}, body: Buffer.from(text) };
  try {
    return sign(mac, request, { secret, now: 0 }).headers["signature"] ?? null;
  } catch {
    // The secret is not a key of this form.
    return null;
  }
}

/**
 * The recipe for a sender whose handshake makes us sign texts that anyone can choose, with the secret that signs events: what
 * could be such a text never counts as an event.
 */
export function guardRecipe(recipe: Recipe, handshake: HandshakeRule | undefined): Recipe {
  if (handshake?.kind !== "sign" || recipe.kind !== "hmac") return recipe;
  return { ...recipe, neverSigned: /^[A-Za-z0-9._~+/=-]{0,500}$/ };
}
