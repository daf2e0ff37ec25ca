import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Fills a folder elsewhere and moves it to `target` in one step, so that `target` is either whole or absent.
 * Drafts that killed runs left are removed first; the caller holds the lock that makes this safe.
 * @throws whatever `fill` throws; the draft is removed then.
 */
export async function installFolder(target: string, fill: (draft: string) => Promise<void>): Promise<void> {
  const parent = dirname(target);
  const prefix = '.draft-';
  for (const stale of readdirSync(parent).filter((name) => name.startsWith(prefix))) {
    rmSync(join(parent, stale), { recursive: true, force: true });
  }
  const draft = mkdtempSync(join(parent, `${prefix}${basename(target)}-`));
  try {
    await fill(draft);
    rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
