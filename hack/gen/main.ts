/** `npm run gen` writes every generated file; `npm run gen:check` only names those that differ from their sources. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { generateFiles, generatedFolders } from './generated-files.ts';
import { staleFiles } from './stale-files.ts';

const root = new URL('../../', import.meta.url);
const files = await generateFiles(root);
const stale = await staleFiles(root, files, generatedFolders);
if (process.argv.includes('--check')) {
  for (const { path, problem } of stale) console.error(`${path}: ${problem}`);
  if (stale.length > 0) {
    console.error('generated files do not match their sources: run "npm run gen" and commit the result');
    process.exitCode = 1;
  }
} else {
  for (const { path } of stale) {
    const url = new URL(path, root);
    const content = files.get(path);
    if (content === undefined) {
      await rm(url);
    } else {
      await mkdir(new URL('.', url), { recursive: true });
      await writeFile(url, content);
    }
    console.log(path);
  }
}
