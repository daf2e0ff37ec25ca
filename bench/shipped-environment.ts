import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

const DEPLOYMENT = 'config/manager/deployment.yaml';

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly env?: readonly { readonly name: string; readonly value?: string }[];
        }[];
      };
    };
  };
}

/** The variables that the shipped Deployment gives the operator by value: its runtime is measured as it is shipped. */
export async function shippedEnvironment(): Promise<Record<string, string>> {
  const deployment: Deployment = parse(await readFile(DEPLOYMENT, 'utf8'));
  const [container] = deployment.spec.template.spec.containers;
  return Object.fromEntries(
    (container?.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
  );
}
