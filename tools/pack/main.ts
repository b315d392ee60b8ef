// npm calls this before and after `npm pack -w @hookgate/client`: the package is plain JavaScript with types, built for the
// duration of the packing only.
import { resolve } from "node:path";
import { buildPackage, restoreManifest, swapManifest } from "./build_package.ts";

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
      "Cannot pack: expected prepack or postpack; `npm pack -w @hookgate/client` runs both",
    );
}
