import { toEc2Error } from './ec2-error.ts';

/** Sends one call. @throws Ec2Error for whatever goes wrong, naming the action */
export async function callEc2<T>(action: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw toEc2Error(action, error);
  }
}
