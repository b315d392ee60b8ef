/**
 * Makes `@hookgate/*`, and nothing else, importable from files outside the clone, such as a configuration in
 * `/etc/hookgate`. For `node --import`, with `RESOLVE_HOOK_URL`.
 *
 * @module
 */
import { registerHooks } from "node:module";

const OURS = "@hookgate/";

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (!specifier.startsWith(OURS)) return nextResolve(specifier, context);
    // Resolve from here: one copy of each package, wherever the importer is.
    return nextResolve(specifier, { ...context, parentURL: import.meta.url });
  },
});
