import type { HostRoute, HostRule, LinkSysctls } from './host-state.ts';

/** One change of the host. Each is idempotent. */
export type HostStep =
  | { readonly kind: 'set-mtu'; readonly linkName: string; readonly mtu: number }
  | { readonly kind: 'set-up'; readonly linkName: string; readonly isUp: boolean }
  | { readonly kind: 'add-alt-name'; readonly linkName: string; readonly altName: string }
  | { readonly kind: 'remove-alt-name'; readonly linkName: string; readonly altName: string }
  | {
      readonly kind: 'add-address';
      readonly linkName: string;
      /** With prefix length. */
      readonly address: string;
      /** False where a table of its own routes the ENI: the main table then stays as it is. */
      readonly hasPrefixRoute: boolean;
    }
  | { readonly kind: 'remove-address'; readonly linkName: string; readonly address: string }
  | { readonly kind: 'add-route'; readonly route: HostRoute }
  | { readonly kind: 'remove-route'; readonly route: HostRoute }
  | { readonly kind: 'add-rule'; readonly rule: HostRule }
  | { readonly kind: 'remove-rule'; readonly rule: HostRule }
  | {
      readonly kind: 'set-sysctl';
      readonly linkName: string;
      readonly name: keyof LinkSysctls;
      readonly value: number;
    };

/** Why a link is not configured. */
export type HostReason =
  | 'AltNameInUse'
  | 'ApplyFailed'
  | 'Configuring'
  | 'LinkAmbiguous'
  | 'LinkNotFound'
  | 'LinkProtected'
  | 'ManagedByAnother'
  | 'MTURefused'
  | 'NotConfiguredByOS'
  | 'RPFilterNotWritable';

/** What hinders the configuration of a link. */
export interface HostHindrance {
  readonly reason: HostReason;
  readonly message: string;
}
