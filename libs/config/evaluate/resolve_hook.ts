/**
 * Makes `hookgate/*`, and `@hookgate/*`, importable from files outside the clone or the package, such as a configuration in
 * `/etc/hookgate`. For `node --import`, with `RESOLVE_HOOK_URL`.
 *
 * @module
 */
import { registerHooks } from "node:module";

/** What configurations and handlers may import, by the name behind `hookgate/`: one copy of each, wherever the importer is. */
const LIBRARIES: Readonly<Record<string, URL>> = {
  client: new URL("../../client/mod.ts", import.meta.url),
  // Only what a configuration uses: loading the whole library takes longer than starting Node.
  config: new URL("../define_config.ts", import.meta.url),
  providers: new URL("../../providers/mod.ts", import.meta.url),
  signature: new URL("../../signature/mod.ts", import.meta.url),
  types: new URL("../../types/mod.ts", import.meta.url),
};

const OURS = /^@?hookgate\/(\w+)$/;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const url = LIBRARIES[OURS.exec(specifier)?.[1] ?? ""];
    if (url === undefined) return nextResolve(specifier, context);
    return { url: url.href, shortCircuit: true };
  },
});
