/** What one check found. */
interface CheckResult {
  readonly ok: boolean;
  /** For people: what is wrong, or what was found well. */
  readonly message: string;
}

/** A check by name. */
interface NamedCheckResult extends CheckResult {
  readonly name: string;
}

/** All checks of a kind; `ok` only when every one is. */
export interface HealthReport {
  readonly ok: boolean;
  readonly checks: readonly NamedCheckResult[];
}

/** Looks at something; must be quick. One that throws has failed. */
export type Check = () => CheckResult;

function runCheck(name: string, check: Check): NamedCheckResult {
  try {
    return { name, ...check() };
  } catch (error) {
    return { name, ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** Runs every check. */
export function reportHealth(checks: ReadonlyMap<string, Check>): HealthReport {
  const results = Array.from(checks, ([name, check]) => runCheck(name, check));
  return { ok: results.every(({ ok }) => ok), checks: results };
}
