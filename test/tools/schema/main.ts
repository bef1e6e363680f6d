import { writeFileSync } from "node:fs";

import { NAMES, namesText, SCHEMA, schemaText } from "./file";

/** Writes the schema anew, and adds its new names to those that never go. */
const schema = schemaText();
writeFileSync(SCHEMA, schema);
writeFileSync(NAMES, namesText(schema));
console.log(`${SCHEMA} and ${NAMES} are written.`);
