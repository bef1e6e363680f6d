/** What the CLI starts for dynamic resources: the SDK's own provider process, from the SDK of the program in whose folder it runs. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { endWith } from "./parent";

const fromProgram = createRequire(join(process.cwd(), "_"));
const provider = fromProgram.resolve("@pulumi/pulumi/cmd/dynamic-provider");
endWith(process.ppid);
process.argv[1] = provider;
fromProgram(provider);
