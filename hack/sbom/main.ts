import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterials } from './bill-of-materials.ts';

/** Writes dist/sbom.json. */
const root = join(import.meta.dirname, '..', '..');
const document = billOfMaterials(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
mkdirSync(join(root, 'dist'), { recursive: true });
writeFileSync(join(root, 'dist', 'sbom.json'), `${JSON.stringify(document, undefined, 2)}\n`);
process.stdout.write(`dist/sbom.json: ${document.components.length} packages\n`);
