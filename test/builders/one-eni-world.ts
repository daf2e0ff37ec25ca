import type { Eni, EniAttachment, Instance } from '../../src/domain/ec2-resources.ts';
import { afterDriftStep } from '../../src/domain/drift-effect.ts';
import type { DriftStep } from '../../src/domain/eni-drift.ts';
import {
  type EniObservation,
  type EniPresence,
  type EniStep,
  planEniStep,
} from '../../src/domain/eni-step.ts';
import { anEni, anEniAttachment, anInstance } from './ec2-resources.ts';
import { anEniObservation } from './eni-observation.ts';

/** A mutation that reached EC2. */
type Ec2Call = Exclude<EniStep['kind'], 'wait' | 'abandon' | 'freeze-attempt' | 'ready' | 'finish'>;

/** EC2 and one attachment's share of an operator, both reduced to what the next step depends on. */
export interface OneEniWorld {
  /** ENIs that EC2 has, visible or not. */
  readonly enis: () => readonly Eni[];
  readonly advance: (ms: number) => void;
  /** The operator lists its ENIs. */
  readonly read: () => void;
  /** The operator takes one step; the reply of EC2 may be lost, and the call may be sent twice. */
  readonly step: (fate?: { readonly isReplyLost?: boolean; readonly isSentTwice?: boolean }) => EniStep;
  /** The operator forgets what is not persisted. */
  readonly crash: () => void;
  readonly release: () => void;
  /** Somebody deletes the ENI, detaches it, or changes its attributes. */
  readonly vanish: () => void;
  readonly detachByHand: () => void;
  readonly changeByHand: () => void;
  readonly setInstanceState: (state: Instance['state']) => void;
  /** Calls that must never have been sent. */
  readonly violations: () => readonly string[];
}

interface StoredEni {
  readonly eni: Eni;
  readonly visibleAtMs: number;
}

interface Memory {
  readonly isInventoryComplete: boolean;
  readonly seen?: Eni;
  readonly isConfirmed: boolean;
  /** Id that the current attempt is known to have made. */
  readonly eniId?: string;
  readonly missingSinceMs?: number;
  readonly isGone: boolean;
  readonly absentSinceMs?: number;
  readonly isAbsenceProven: boolean;
}

const BLANK: Memory = {
  isInventoryComplete: false,
  isConfirmed: true,
  isGone: false,
  isAbsenceProven: false,
};
const PROOF_MS = 30_000;
/** EC2 shows a new ENI later than it says that it made it, but well within the 30 s that prove absence. */
const VISIBLE_AFTER_MS = 20_000;

/** A world with a running instance `i-1` and no ENI. */
export function oneEniWorld(): OneEniWorld {
  let nowMs = 0;
  let stored: StoredEni | undefined;
  let instance = anInstance();
  let made = 0;
  let attempt: number | undefined;
  let isReleasing = false;
  let memory = BLANK;
  const eniOfAttempt = new Map<number, string>();
  const violations: string[] = [];

  function change(update: (eni: Eni) => Eni): void {
    if (stored !== undefined) stored = { ...stored, eni: update(stored.eni) };
  }

  function changeAttachment(update: (attachment: EniAttachment) => EniAttachment | undefined): void {
    change((eni) => {
      const { attachment, ...rest } = eni;
      const next = attachment === undefined ? undefined : update(attachment);
      return next === undefined
        ? { ...rest, status: 'available' }
        : { ...rest, status: 'in-use', attachment: next };
    });
  }

  function create(): string {
    const known = eniOfAttempt.get(attempt ?? 0);
    if (known !== undefined) return known;
    if (stored !== undefined) violations.push('a second ENI was created');
    if (!memory.isInventoryComplete) violations.push('created before the first listing');
    made += 1;
    const eniId = `eni-${made}`;
    stored = { eni: anEni({ eniId }), visibleAtMs: nowMs + VISIBLE_AFTER_MS };
    eniOfAttempt.set(attempt ?? 0, eniId);
    return eniId;
  }

  function attach(): void {
    const isFree = stored?.eni.attachment === undefined && instance.state === 'running';
    if (!isFree) return;
    const attachment = anEniAttachment({
      attachmentId: `attach-${nowMs}`,
      status: 'attaching',
      deleteOnTermination: false,
    });
    change((eni) => ({ ...eni, status: 'in-use', attachment }));
  }

  function detach(): void {
    if (instance.state !== 'running') violations.push(`detached from an instance that is ${instance.state}`);
    changeAttachment((attachment) => ({ ...attachment, status: 'detaching' }));
  }

  function repair(step: EniStep): void {
    if (isDrift(step)) change((eni) => afterDriftStep(eni, step));
  }

  const calls: Record<Ec2Call, (step: EniStep) => void> = {
    create: () => {
      create();
    },
    adopt: () => void violations.push('took an ENI over that nobody offered'),
    attach,
    detach,
    delete: () => {
      if (stored?.eni.attachment === undefined) stored = undefined;
    },
    'set-delete-on-termination': repair,
    'set-source-dest-check': repair,
    'set-security-groups': repair,
    'set-description': repair,
    tag: repair,
    untag: repair,
    'assign-addresses': repair,
    'unassign-addresses': repair,
  };

  function presence(): EniPresence {
    if (memory.seen !== undefined) return 'present';
    if (memory.isGone) return 'gone';
    return memory.eniId === undefined ? 'unknown' : 'doubtful';
  }

  function observe(): EniObservation {
    return anEniObservation({
      isReleasing,
      ...(attempt === undefined ? {} : { attempt }),
      isInventoryComplete: memory.isInventoryComplete,
      ...(memory.seen === undefined ? {} : { eni: memory.seen }),
      isConfirmed: memory.isConfirmed,
      presence: presence(),
      isAbsenceProven: memory.isAbsenceProven,
      instance,
      wanted: { sourceDestCheck: false, securityGroupIds: ['sg-1', 'sg-2'] },
    });
  }

  /** What a reply tells without another read. */
  function learn(step: EniStep): void {
    const eni = stored?.eni;
    if (step.kind === 'create') {
      const eniId = eniOfAttempt.get(attempt ?? 0) ?? '';
      const { missingSinceMs: _, ...rest } = memory;
      memory = { ...rest, eniId, isConfirmed: false, ...(eni?.eniId === eniId ? { seen: eni } : {}) };
    } else if (step.kind === 'delete') {
      const { seen: _, ...rest } = memory;
      memory = { ...rest, isGone: eni === undefined };
    } else if (eni !== undefined) {
      memory = { ...memory, seen: eni, isConfirmed: false };
    }
  }

  function readMissing(): void {
    const { seen: _, ...rest } = memory;
    const missingSinceMs = memory.missingSinceMs ?? nowMs;
    const absentSinceMs = isReleasing ? (memory.absentSinceMs ?? nowMs) : undefined;
    memory = {
      ...rest,
      isInventoryComplete: true,
      missingSinceMs,
      ...(absentSinceMs === undefined ? {} : { absentSinceMs }),
      isGone: memory.isGone || (memory.eniId !== undefined && nowMs - missingSinceMs >= PROOF_MS),
      isAbsenceProven: absentSinceMs !== undefined && nowMs - absentSinceMs >= PROOF_MS,
    };
  }

  function terminateInterfaces(): void {
    if (stored?.eni.attachment?.deleteOnTermination === true) stored = undefined;
    else changeAttachment(() => undefined);
  }

  return {
    enis: () => (stored === undefined ? [] : [stored.eni]),
    violations: () => violations,
    advance: (ms) => {
      nowMs += ms;
      if (instance.state === 'terminated') terminateInterfaces();
      changeAttachment((attachment) =>
        attachment.status === 'detaching' ? undefined : { ...attachment, status: 'attached' },
      );
    },
    read: () => {
      if (stored === undefined || stored.visibleAtMs > nowMs) {
        readMissing();
        return;
      }
      memory = { ...BLANK, isInventoryComplete: true, seen: stored.eni, eniId: stored.eni.eniId };
    },
    step: ({ isReplyLost = false, isSentTwice = false } = {}) => {
      const step = planEniStep(observe());
      if (step.kind === 'freeze-attempt') {
        attempt = step.number;
        memory = { ...BLANK, isInventoryComplete: memory.isInventoryComplete };
      } else if (isCall(step)) {
        calls[step.kind](step);
        if (isSentTwice) calls[step.kind](step);
        if (!isReplyLost) learn(step);
      }
      return step;
    },
    crash: () => {
      memory = BLANK;
    },
    release: () => {
      isReleasing = true;
    },
    vanish: () => {
      stored = undefined;
    },
    detachByHand: () => {
      changeAttachment((attachment) => ({ ...attachment, status: 'detaching' }));
    },
    changeByHand: () => {
      change((eni) => ({ ...eni, sourceDestCheck: true, securityGroupIds: ['sg-2'] }));
      changeAttachment((attachment) => ({ ...attachment, deleteOnTermination: false }));
    },
    setInstanceState: (state) => {
      instance = anInstance({ state });
    },
  };
}

function isDrift(step: EniStep): step is DriftStep {
  return isCall(step) && !['create', 'adopt', 'attach', 'detach', 'delete'].includes(step.kind);
}

function isCall(step: EniStep): step is Extract<EniStep, { kind: Ec2Call }> {
  return !['wait', 'freeze-attempt', 'ready', 'finish'].includes(step.kind);
}
