/** The version in the `go` line of a go.mod, for example "1.26.0". */
export function requiredGoVersion(goMod: string): string {
  const version = /^go (\d+\.\d+(?:\.\d+)?)$/m.exec(goMod)?.[1];
  if (version === undefined) {
    throw new Error('go.mod has no go line');
  }
  return version;
}

/** How `go version`, run inside the module, ended. */
export interface GoVersionResult {
  readonly isMissing: boolean;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why the installed Go cannot build the module; undefined when it can. */
export function goProblem(result: GoVersionResult, required: string): string | undefined {
  if (result.isMissing) {
    return `Go is not installed (${required} or later is needed)`;
  }
  if (result.exitCode !== 0) {
    return `Go ${required} or later is needed: ${result.stderr.trim()}`;
  }
  const installed = /\bgo(\d+\.\d+(?:\.\d+)?)/.exec(result.stdout)?.[1];
  // Development versions carry no number and are newer than any release.
  if (installed === undefined || isAtLeast(installed, required)) {
    return undefined;
  }
  return `Go ${required} or later is needed, Go ${installed} is installed`;
}

function isAtLeast(installed: string, required: string): boolean {
  const have = installed.split('.').map(Number);
  const want = required.split('.').map(Number);
  for (const [index, wanted] of want.entries()) {
    const had = have[index] ?? 0;
    if (had !== wanted) {
      return had > wanted;
    }
  }
  return true;
}
