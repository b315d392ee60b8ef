/** Stands for what differs from event to event. One sign for all: an id of letters and digits has only digits now and then. */
export const TAKEN_OUT = "…";

/** A text in quotes of any kind. An apostrophe within a name does not end it. */
const QUOTED =
  "(?:'(?:[^'\\n]|(?<=\\p{L})'(?=\\p{L})){0,200}'|\"[^\"\\n]{0,200}\"|`[^`\\n]{0,200}`|“[^”\\n]{0,200}”)";

/** A text without quotes, to the end of its part of the sentence. */
const BARE = "(?:[^\\s;,(.\"'`]|\\.(?=\\S))(?:[^;,(.\\n]|\\.(?=\\S)){0,100}";

/** What events are about: there are many of each, and a name tells one from the other. */
const THING = `(?:${[
  "account|address|appointment|article|attachment|author|booking|buyer|campaign|cart|category|channel|charge|city|client|comment",
  "company|contact|country|coupon|course|currency|customer|deal|device|discount|donor|e-?mail|employee|enroll?ment|file|folder",
  "guest|invoice|item|lead|learner|lesson|lot|member|merchant|order|organi[sz]ation|owner|parcel|participant|patient|payment|payout",
  "person|phone|player|post|product|project|recipient|refund|reservation|room|seller|sender|session|shipment|shop|sku|student",
  "subscriber|supplier|tag|teacher|team|tenant|ticket|title|user|vehicle|vendor|visitor|voucher|warehouse|workspace",
].join("|")})`;

/** `user`, `users`, `user_name`, `customer with email`, `team called`. */
const THINGS = `\\b${THING}s?(?:[_ -]?(?:id|name|email|code|number|title))?(?: (?:with|by) (?:the )?(?:id|name|e-?mail|code|number))?(?: (?:named|called))?`;

/** What is in the code or the schema: the cause of a failure, not the event. */
const CODE =
  "(?:argument|attribute|binding|built-in|class|column|command|constraint|export|extension|field|function|index|key|method|module|option|package|property|relation|schema|script|table|type|variable)";

/** Without anything between, a quote ends what was before it. */
const APART = "(?:: ?| ?= ?| ?\\(| )";

/** What may be before a value, and what of it stays. */
const BEFORE_QUOTED = [
  `${THINGS}(?:["'\`] ?[:=] ?|${APART})`,
  // Values of databases and validators, each as its library writes them.
  `\\b(?:value|entry|received(?: type \\w{1,20})?|got|but was|other than|for query|beginning with|out of range)(?: was| is)?${APART}`,
  "\\binput syntax for type [\\w ]{1,40}: ",
  '\\binput value for enum [\\w."]{1,80}: ',
  // A field of an object as Node and Prisma print it; what names an error is not data.
  "[{,\\n]\\s{0,20}(?:[-+~?]\\s{0,8})?(?!(?:code|type|kind|reason|message|error|status|syscall)\\b)\\w{1,60}: ",
  // What the file system was asked for.
  ", (?:access|chmod|copyfile|link|lstat|mkdir|mkdtemp|open|opendir|readlink|realpath|rename|rm|rmdir|scandir|stat|symlink|unlink|utime) ",
] as const;

const BEFORE_ANY = [
  `\\bno such (?!${CODE}\\b)[\\p{L}_-]{1,40}(?: [\\p{L}_-]{1,40}){0,3}: ?`,
  `${THINGS} (?:was )?not found: ?`,
  `\\b(?:unknown|invalid|duplicate|unsupported|unrecogni[sz]ed|missing) ${THING}: ?`,
] as const;

const RULES: readonly (readonly [RegExp, string])[] = [
  // Web addresses: whom one asks, and for what kind of thing, says which failure it is.
  [
    /\b((?:https?|wss?|ftp|s3|gs):\/\/)(?:[^\s/@"'`]{1,200}@)?([^\s/?#"'`<>(),;]{1,200}(?<![.:!])(?:\/[A-Za-z][A-Za-z-]{0,40}(?=[/?#\s"'`<>(),;]|$))?)(?:[/?#](?:[^\s"'`<>(),;]|'(?=\w)){0,2000}(?<![.:!?]))?/g,
    `$1$2/${TAKEN_OUT}`,
  ],
  [/\barn:[\w-]{1,20}:[\w-]{1,40}:[^\s"'`,;)]{0,500}/g, TAKEN_OUT],
  // The names of files that hold data; those of code say what failed.
  [
    /(?<![^\s"'`<>,;:()=])(?:[^\s"'`<>,;:()=]|(?<=\p{L})'(?=\p{L})){1,200}\.(?:avi|bmp|csv|docx?|eml|epub|gif|gz|heic|ics|jpe?g|mov|mp[34]|ods|odt|parquet|pdf|png|pptx?|rtf|svg|tar|tiff?|tsv|txt|wav|webp|xlsx?|xml|zip)(?![\w.])/giu,
    TAKEN_OUT,
  ],
  [
    new RegExp(`(${BEFORE_QUOTED.join("|")})${QUOTED}(?:(?:,? ?| -> |@)${QUOTED}){0,20}`, "giu"),
    `$1${TAKEN_OUT}`,
  ],
  [new RegExp(`(${BEFORE_ANY.join("|")})(?:${QUOTED}|${BARE})`, "giu"), `$1${TAKEN_OUT}`],
  [
    new RegExp(
      `${QUOTED}(?= is not an? (?:valid|known|supported|allowed) (?:enum value|value|${THING})\\b)`,
      "giu",
    ),
    TAKEN_OUT,
  ],
  // As PostgreSQL names a row, MongoDB the key that there is already, and Mongoose a field and its value.
  [/(\)=\()[^)\n]{0,200}(?=\))/g, `$1${TAKEN_OUT}`],
  [/(\bdup key: \{(?: ?\w{1,60}:)?)[^}\n]{0,300}(?=\})/g, `$1${TAKEN_OUT}`],
  [/(\bPath `[^`\n]{1,100}` \()[^)\n]{0,200}(?=\))/g, `$1${TAKEN_OUT}`],
];

/**
 * Takes out what differs from event to event and is told by its place alone: names, addresses of the web, files. What stands in
 * quotes after the word for a thing that there are many of is one of them; after the word for a part of the code it is the cause,
 * and stays, as does whatever stands in quotes elsewhere. In proportion to the text's length. Pure.
 */
export function takeOutValues(text: string): string {
  let rest = text;
  for (const [pattern, kept] of RULES) rest = rest.replace(pattern, kept);
  return rest;
}
