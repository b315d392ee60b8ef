import { z } from "zod";
import type { Recipe } from "../config.ts";
import { boundedNumber, either, ofKind, strictObject } from "./combinators.ts";
import { headerName, jsonPointer, placeSchema, shortText } from "./place_schema.ts";

const PARTS_MAX = 50;
const PLACES_MAX = 10;
const SCHEMES_MAX = 5;
const NUMBERED_MAX = 100;
const SLOW_NUMBERED_MAX = 16;
const ITEMS_MAX = 1_000;
const TOLERANCE_SECONDS_MAX = 7 * 86_400;
/** Its last two labels are names: of `*.com` anybody has one. The last has a letter, else it is an address. */
const HOST = /^(?:[a-z0-9*-]+\.)*[a-z0-9-]+\.(?=[0-9-]*[a-z])[a-z0-9-]+$/;

const digest = z.enum(["sha1", "sha256", "sha512"]);
const rsaDigest = z.enum(["sha1", "sha256"]);
const encoding = z.enum(["hex", "hex_upper", "base64", "base64url"]);
const keyForm = z.enum(["utf8", "base64", "whsec", "hex", "sha1", "oauth1"]);
const scheme = z.string().regex(/^[a-z0-9_]{1,64}$/, {
  error: "must have 1 to 64 of a-z, 0-9 and _: it is the scheme's name",
});
const toleranceSeconds = boundedNumber({ min: 0, max: TOLERANCE_SECONDS_MAX, unit: "seconds" });
const itemsMax = boundedNumber({ min: 1, max: ITEMS_MAX });
const tolerance = {
  pastSecondsMax: toleranceSeconds.nullable(),
  futureSecondsMax: toleranceSeconds.nullable(),
};

function has(key: string): (value: unknown) => boolean {
  return (value) => typeof value === "object" && value !== null && key in value;
}

const isText = (value: unknown) => typeof value === "string";

const part = either({
  when: isText,
  first: z.enum([
    "body",
    "timestamp",
    "method",
    "url",
    "path",
    "secret",
    "secret_form",
    "crc32",
    "sorted_form",
  ]),
  second: either({
    when: has("literal"),
    first: strictObject({ literal: shortText }),
    second: either({
      when: has("urlDecoding"),
      first: strictObject({ urlDecoding: shortText }),
      second: either({
        when: has("digest"),
        first: strictObject({ digest, encoding }),
        second: placeSchema,
      }),
    }),
  }),
});

const format = ofKind({
  plain: strictObject({
    kind: z.literal("plain"),
    prefix: z.string().max(100).optional(),
    prefixRequired: z.boolean().optional(),
  }),
  pairs: strictObject({
    kind: z.literal("pairs"),
    delimiter: z.string().length(1),
    key: shortText,
  }),
  timed_list: strictObject({ kind: z.literal("timed_list"), delimiter: z.string().length(1) }),
  versions: strictObject({ kind: z.literal("versions"), version: shortText }),
  named: strictObject({
    kind: z.literal("named"),
    delimiter: z.string().length(1),
    separator: z.string().length(1),
  }),
  envelope: strictObject({
    kind: z.literal("envelope"),
    signature: shortText,
    name: shortText,
    fixed: z.record(shortText, z.string().max(100)),
  }),
});

const signature = either({
  when: Array.isArray,
  first: z.array(placeSchema).min(1).max(PLACES_MAX),
  second: either({
    when: has("numbered"),
    first: strictObject({
      numbered: headerName,
      max: boundedNumber({ min: 1, max: NUMBERED_MAX }),
    }),
    second: either({
      when: has("repeated"),
      first: strictObject({ header: headerName, repeated: z.literal(true) }),
      second: placeSchema,
    }),
  }),
});

const signing = {
  scheme,
  signature,
  format: format.optional(),
  encoding,
  signed: z.array(part).min(1).max(PARTS_MAX),
  timestamp: strictObject({
    from: either({
      when: has("pair"),
      first: strictObject({ pair: shortText }),
      second: placeSchema,
    }),
    unit: z.enum(["s", "ms", "unix", "iso"]),
    ...tolerance,
  }).optional(),
  bodyDigest: strictObject({ from: placeSchema, digest, encoding }).optional(),
  coversBody: z.boolean().optional(),
};

/** Only what is ever fetched: by a host's name over https on its standard port, and without a secret that is sent along. */
const keySetUrl = z
  .string()
  .max(1_000)
  .refine(
    (text) => {
      const url = URL.parse(text);
      if (url?.protocol !== "https:" || url.port !== "") return false;
      return url.username === "" && url.password === "" && HOST.test(url.hostname);
    },
    {
      error:
        "must be the https URL of a key set, with a host's public name and without a port or a password, " +
        "such as https://id.example.com/.well-known/jwks.json",
    },
  );

const digestByName = strictObject({
  from: placeSchema,
  names: z.record(shortText, rsaDigest),
});

/** The kinds of a user's own recipe, except `any`. */
const SINGLE = {
  hmac: strictObject({ kind: z.literal("hmac"), ...signing, digest, key: keyForm.optional() }),
  hash: strictObject({ kind: z.literal("hash"), ...signing, digest, key: keyForm.optional() }),
  public_key: strictObject({
    kind: z.literal("public_key"),
    ...signing,
    algorithm: z.enum(["ed25519", "ecdsa_p256", "ecdsa_p256_sha1", "rsa_sha1", "rsa_sha256"]),
    key: z.enum(["hex", "base64", "whpk", "spki"]),
  }),
  certificate: strictObject({
    kind: z.literal("certificate"),
    ...signing,
    digest: either({ when: isText, first: rsaDigest, second: digestByName }),
    certificate: strictObject({
      url: placeSchema,
      hosts: z
        .array(
          z.string().regex(HOST, {
            error:
              "must be a host, such as api.example.com or *.example.com: its last two labels without *",
          }),
        )
        .min(1)
        .max(PLACES_MAX),
      path: z.string().regex(/^\//, { error: "must begin with /" }),
    }),
    identity: placeSchema.optional(),
  }),
  jwt: strictObject({
    kind: z.literal("jwt"),
    scheme,
    token: either({ when: isText, first: z.literal("body"), second: placeSchema }),
    prefix: z.string().max(100).optional(),
    algorithm: z.enum(["ES256", "RS256", "HS256"]),
    bodyDigest: strictObject({ claim: shortText, digest, encoding }).nullable(),
    issuedAt: strictObject(tolerance).nullable(),
    expiry: strictObject({ pastSecondsMax: tolerance.pastSecondsMax }).optional(),
    claims: z
      .record(shortText, z.array(shortText).min(1).max(PLACES_MAX))
      .refine((claims) => Object.keys(claims).length <= PLACES_MAX, {
        error: `must have at most ${PLACES_MAX} entries`,
      })
      .optional(),
    keySet: strictObject({ url: keySetUrl, identity: jsonPointer }).optional(),
  }),
  shared_secret: strictObject({
    kind: z.literal("shared_secret"),
    scheme,
    from: placeSchema,
    prefix: z.string().max(100).optional(),
    each: strictObject({ items: jsonPointer, itemsMax }).optional(),
  }),
  basic: strictObject({ kind: z.literal("basic"), scheme }),
  items: strictObject({
    kind: z.literal("items"),
    scheme,
    items: jsonPointer,
    itemsMax,
    signature: jsonPointer,
    fields: z.array(jsonPointer).min(1).max(PARTS_MAX),
    separator: z.string().max(10),
    escaped: z.string().max(10).optional(),
    separatorIn: z.array(jsonPointer).max(PARTS_MAX).optional(),
    digest,
    encoding,
    key: keyForm,
  }),
};

const single = ofKind(SINGLE);
const KINDS = {
  ...SINGLE,
  any: strictObject({
    kind: z.literal("any"),
    scheme,
    recipes: z.array(single).min(1).max(SCHEMES_MAX),
  }),
};

/** A user's own recipe: the parts that are data. Contradictions between its keys are refused, too. */
export const recipeSchema = ofKind(KINDS).transform((parsed, context): Recipe => {
  // Optional keys may be `undefined`, which readers treat as absent.
  const recipe = parsed as Recipe;
  for (const { path, message } of findRecipeProblems(recipe)) {
    context.addIssue({ code: "custom", path, message });
  }
  return recipe;
});

/** A contradiction within a recipe. */
export interface RecipeProblem {
  path: (string | number)[];
  message: string;
}

type SigningRecipe = Extract<Recipe, { signed: unknown }>;

/** Finds recipes whose keys are each valid, but which together prove nothing. */
export function findRecipeProblems(recipe: Recipe): RecipeProblem[] {
  if (recipe.kind === "any") {
    return recipe.recipes.flatMap((one, index) =>
      findRecipeProblems(one).map(({ path, message }) => {
        return { path: ["recipes", index, ...path], message };
      }),
    );
  }
  if (recipe.kind === "jwt") return findTokenProblems(recipe);
  return "signed" in recipe ? findSigningProblems(recipe) : [];
}

function findTokenProblems(recipe: Extract<Recipe, { kind: "jwt" }>): RecipeProblem[] {
  const { token, algorithm, bodyDigest, keySet } = recipe;
  const problems: RecipeProblem[] = [];
  if (keySet !== undefined && algorithm === "HS256") {
    const message = "must be RS256 or ES256: what is published is no shared key";
    problems.push({ path: ["algorithm"], message });
  }
  if (token === "body" && bodyDigest !== null) {
    const message = "must be null: the token is the body, and cannot have its own digest";
    problems.push({ path: ["bodyDigest"], message });
  }
  return problems;
}

function findSigningProblems(recipe: SigningRecipe): RecipeProblem[] {
  const { kind, signed, format, timestamp, coversBody = true } = recipe;
  const problems: RecipeProblem[] = [];
  if (kind === "hash" && !signed.includes("secret") && !signed.includes("secret_form")) {
    const message = 'must list "secret" or "secret_form": a hash of public data proves nothing';
    problems.push({ path: ["signed"], message });
  }
  if (kind === "certificate" && recipe.identity === undefined && !signed.includes("secret")) {
    const message =
      'is missing, and "secret" is not signed: the certificate alone does not identify an account';
    problems.push({ path: ["identity"], message });
  }
  const { signature } = recipe;
  const isSlow = kind === "public_key" || kind === "certificate";
  if (isSlow && "numbered" in signature && signature.max > SLOW_NUMBERED_MAX) {
    const message = `must be ${SLOW_NUMBERED_MAX} at most for signatures by private keys: each takes long to verify`;
    problems.push({ path: ["signature", "max"], message });
  }
  if (coversBody && !signsBody(recipe)) {
    const message = "must be false: the body is not signed";
    problems.push({ path: ["coversBody"], message });
  }
  if (timestamp === undefined) {
    if (signed.includes("timestamp")) {
      problems.push({
        path: ["timestamp"],
        message: "is missing: it is signed, so say where it is",
      });
    }
    return problems;
  }
  const isTimed = format?.kind === "pairs" || format?.kind === "timed_list";
  if ("pair" in timestamp.from && !isTimed) {
    const message = 'names a pair, which needs a format of kind "pairs" or "timed_list"';
    problems.push({ path: ["timestamp", "from"], message });
  }
  const inBody = ("json" in timestamp.from || "form" in timestamp.from) && signed.includes("body");
  if (!signed.includes("timestamp") && !inBody) {
    problems.push({
      path: ["signed"],
      message: 'must list "timestamp": a time that is not signed proves nothing',
    });
  }
  return problems;
}

function signsBody({ signed, bodyDigest }: SigningRecipe): boolean {
  return (
    bodyDigest !== undefined ||
    signed.some((part) => part === "body" || (typeof part === "object" && "digest" in part))
  );
}
