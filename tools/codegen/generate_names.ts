import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const PACKAGE = "hookgate/v1";
const NOTICE = "// Written by `npm run codegen`, from the protos.";

const PLAIN = `/**
 * A generated type as the rest of Hookgate uses it: any kind of bytes will do, and the \`_field\` marks that the loader
 * adds for optional fields are left out.
 */
type Plain<T> = T extends Uint8Array
  ? Uint8Array
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { [Key in keyof T as Key extends \`_\${string}\` ? never : Key]: Plain<T[Key]> }
      : T;`;

/** A call of a service, as its generated client has it. */
interface Call {
  /** Its doc comment, whole. */
  doc: string;
  name: string;
  request: string;
  response: string;
}

/**
 * Writes `messages.ts` and `admin_calls.ts` into a directory of generated types: the names that the rest of Hookgate
 * uses. Requests and responses of calls are called what the protos call them; every other message gets the suffix
 * `Message` and every enum the suffix `Enum`, so that none shares a name with a type of our own.
 */
export async function generateNames(directory: string): Promise<void> {
  const texts = new Map<string, string>();
  for (const file of (await readdir(join(directory, PACKAGE))).toSorted()) {
    texts.set(file, await readFile(join(directory, PACKAGE, file), "utf8"));
  }
  const calls = [...texts.values()].flatMap(findCalls);
  const ofCalls = new Set(calls.flatMap(({ request, response }) => [request, response]));
  await writeFile(join(directory, "messages.ts"), messages([...texts.values()], ofCalls));
  const admin = findCalls(texts.get("AdminService.ts") ?? "");
  await writeFile(join(directory, "admin_calls.ts"), adminCalls(admin));
}

function messages(texts: readonly string[], ofCalls: ReadonlySet<string>): string {
  const types = texts.flatMap((text) => {
    const [, kind, name] = /^export (interface|type) (\w+)__Output\b/m.exec(text) ?? [];
    return name === undefined ? [] : [{ name, isEnum: kind === "type" }];
  });
  const imports = types.map(
    ({ name }) => `import type { ${name}__Output } from "./${PACKAGE}/${name}.ts";`,
  );
  const names = types.map(({ name, isEnum }) => {
    if (isEnum) return `export type ${name}Enum = ${name}__Output;`;
    return `export type ${ofCalls.has(name) ? name : `${name}Message`} = Plain<${name}__Output>;`;
  });
  return `${[NOTICE, ...imports, "", PLAIN, "", ...names].join("\n")}\n`;
}

function adminCalls(calls: readonly Call[]): string {
  const types = calls.flatMap(({ request, response }) => [request, response]).toSorted();
  const lines = [
    NOTICE,
    "import type {",
    ...types.map((name) => `  ${name},`),
    '} from "./messages.ts";',
    "",
    "/** The calls of AdminService, on both ends. They reject with an `RpcError`. */",
    "export interface AdminHandlers {",
    ...calls.map(
      ({ doc, name, request, response }) =>
        `${doc}  ${name}(request: ${request}): Promise<${response}>;`,
    ),
    "}",
    "",
    "/** The names of all calls of AdminService. */",
    "export const ADMIN_CALLS = [",
    ...calls.map(({ name }) => `  "${name}",`),
    "] as const satisfies readonly (keyof AdminHandlers)[];",
  ];
  return `${lines.join("\n")}\n`;
}

const METHOD = /^ {2}(\w+): MethodDefinition<_\w+?_v1_(\w+), _\w+?_v1_(\w+),/gm;
const DOC_OF_CALL = /^( {2}\/\*\*\n(?: {3}\*.*\n)+) {2}(\w+)\(/gm;

/** The calls of a generated service; none for a file that is not a service. */
function findCalls(text: string): Call[] {
  const docs = new Map([...text.matchAll(DOC_OF_CALL)].map(([, doc = "", name]) => [name, doc]));
  return [...text.matchAll(METHOD)].map(([, method = "", request = "", response = ""]) => {
    const name = `${method.charAt(0).toLowerCase()}${method.slice(1)}`;
    return { doc: docs.get(name) ?? "", name, request, response };
  });
}
