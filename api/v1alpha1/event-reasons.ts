import type { ConditionReason } from './conditions.ts';

/** Reasons of events that tell of something that happened, with their type. */
export const NEWS_TYPES = {
  ConvergenceEstimated: 'Normal',
  DetachBlocked: 'Warning',
  ENIAbandoned: 'Warning',
  ENIAdopted: 'Normal',
  ENIAttached: 'Normal',
  ENIDeleted: 'Normal',
  ENIDetached: 'Normal',
  ENINotAdopted: 'Warning',
  ENIRetained: 'Normal',
  ENIUpdated: 'Normal',
  HostNotConfigured: 'Warning',
  NodeAddressFromENI: 'Warning',
  NodeENIsNotReady: 'Warning',
  NodeENIsReady: 'Normal',
  OrphanCollectionBraked: 'Warning',
  OrphanENIDeleted: 'Normal',
  PodEvicted: 'Normal',
  StartupTaintRemoved: 'Normal',
  SubnetNameMoved: 'Warning',
} as const;

/** Every reason of {@link NEWS_TYPES}. */
export type NewsReason = keyof typeof NEWS_TYPES;

/** Every reason that an event of the operator can carry: news, and what a NodeENI's Ready condition turned to. */
export type EventReason = ConditionReason | NewsReason;
