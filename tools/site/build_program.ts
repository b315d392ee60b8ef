/** Builds the site in a process of its own, into the folder of its argument, and prints where it is. */
import { buildSite } from "./build_site.ts";

const write = process.stdout.write.bind(process.stdout);
// The builder writes its progress to standard output, which is for the answer.
process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
const site = await buildSite(JSON.parse(process.argv[2] ?? '""'));
write(JSON.stringify(site));
