// Called by npm around `npm pack -w @hookgate/client`: what is packed is plain JavaScript with its types, which exist no longer
// than that takes.
import { resolve } from "node:path";
import { buildPackage } from "./build_package.ts";
import { restoreManifest, swapManifest } from "./swap_manifest.ts";

const directory = resolve(import.meta.dirname, "../../libs/client");

switch (process.argv[2]) {
  case "prepack":
    await buildPackage(directory);
    await swapManifest(directory);
    break;
  case "postpack":
    await restoreManifest(directory);
    break;
  default:
    throw new Error(
      "Cannot pack: say prepack or postpack; `npm pack -w @hookgate/client` does both",
    );
}
