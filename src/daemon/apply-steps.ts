import type { FailureKind } from '../domain/failure.ts';
import type { HostHindrance, HostReason, HostStep } from '../domain/host/host-step.ts';
import type { LinkDeps } from './link-deps.ts';

/** What came of the steps of one link. */
export interface StepsResult {
  /** At least one step changed the host. */
  readonly isChanged: boolean;
  readonly hindrance?: HostHindrance;
  readonly warning?: string;
}

interface HostFailure {
  readonly kind: FailureKind;
  readonly message: string;
  readonly isReadOnly?: boolean;
}

function isHostFailure(error: unknown): error is HostFailure & Error {
  return error instanceof Error && 'kind' in error && typeof error.kind === 'string';
}

function reasonOf(step: HostStep, failure: HostFailure): HostReason {
  if (step.kind === 'set-sysctl') return 'RPFilterNotWritable';
  return step.kind === 'set-mtu' && failure.kind === 'rejected' ? 'MTURefused' : 'ApplyFailed';
}

/** Without router advertisements being turned off the link still works; a second default route may come. */
function isOptional(step: HostStep): boolean {
  return step.kind === 'set-sysctl' && step.name === 'accept_ra';
}

/**
 * Carries the steps out in their order, up to the first that fails.
 * @throws whatever is no failure of the host
 */
export async function applySteps(
  steps: readonly HostStep[],
  deps: Pick<LinkDeps, 'host' | 'logger' | 'onStep'>,
  signal: AbortSignal,
): Promise<StepsResult> {
  let isChanged = false;
  let warning: string | undefined;
  for (const step of steps) {
    try {
      await deps.host.apply(step, signal);
      isChanged = true;
      deps.onStep?.(step.kind, true);
      deps.logger.info({ step }, 'host changed');
    } catch (error) {
      if (!isHostFailure(error) || signal.aborted) throw error;
      deps.onStep?.(step.kind, false);
      if (!isOptional(step)) {
        return { isChanged, hindrance: { reason: reasonOf(step, error), message: error.message } };
      }
      warning = error.message;
    }
  }
  return { isChanged, ...(warning === undefined ? {} : { warning }) };
}
