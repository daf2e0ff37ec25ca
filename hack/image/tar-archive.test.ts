import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ArchiveEntry, tarArchive } from './tar-archive.ts';

const file = (path: string, content = ''): ArchiveEntry => ({
  kind: 'file',
  path,
  mode: 0o644,
  content: Buffer.from(content),
});

/** What tar(1) reads. */
function listed(archive: Buffer): readonly string[] {
  const text = execFileSync('tar', ['--list', '--verbose', '--numeric-owner', '--utc'], { input: archive });
  return text.toString().trim().split('\n');
}

function contentOf(archive: Buffer, path: string): string {
  return execFileSync('tar', ['--extract', '--to-stdout', path], { input: archive }).toString();
}

describe('an archive', () => {
  it('is read by tar with modes, owners and times, sorted, parents first', () => {
    const archive = tarArchive(
      [
        { kind: 'symlink', path: 'lib64/ld.so', target: '../lib/ld.so' },
        file('etc/group', 'root\n'),
        { kind: 'directory', path: 'tmp', mode: 0o1777 },
      ],
      86_400,
    );

    expect(listed(archive).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      'drwxr-xr-x 0/0 0 1970-01-02 00:00 etc/',
      '-rw-r--r-- 0/0 5 1970-01-02 00:00 etc/group',
      'drwxr-xr-x 0/0 0 1970-01-02 00:00 lib64/',
      'lrwxrwxrwx 0/0 0 1970-01-02 00:00 lib64/ld.so -> ../lib/ld.so',
      'drwxrwxrwt 0/0 0 1970-01-02 00:00 tmp/',
    ]);
  });

  it('holds long paths', () => {
    const path = `${'a'.repeat(90)}/${'b'.repeat(60)}/${'c'.repeat(95)}`;

    expect(contentOf(tarArchive([file(path, 'long')]), path)).toBe('long');
  });

  it('refuses what it cannot hold, by name', () => {
    expect(() => tarArchive([file('x'.repeat(101))])).toThrow(`${'x'.repeat(101)} is too long`);
    expect(() => tarArchive([file('a'), file('a', 'again')])).toThrow('a is in the archive twice');
  });

  it('is the same for the same files in any order, and holds each of them', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    const files = fc.uniqueArray(fc.tuple(name, fc.string({ maxLength: 1500 })), {
      minLength: 1,
      maxLength: 6,
      selector: ([path]) => path,
    });
    fc.assert(
      fc.property(files, (pairs) => {
        const entries = pairs.map(([path, content]) => file(`folder/${path}`, content));
        const archive = tarArchive(entries);
        expect(tarArchive(entries.toReversed()).equals(archive)).toBe(true);
        expect(archive.length % 512).toBe(0);
        for (const [path, content] of pairs) expect(contentOf(archive, `folder/${path}`)).toBe(content);
      }),
      { numRuns: 10 },
    );
  });
});
