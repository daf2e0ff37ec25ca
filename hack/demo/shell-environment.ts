/** Where the demo runs. */
interface DemoEndpoints {
  readonly kubeconfig: string;
  /** Of the EC2 simulator. */
  readonly url: string;
}

/** Variables with which kubectl, AWS SDKs and the AWS CLI of another terminal reach the demo. */
export function shellEnvironment({ kubeconfig, url }: DemoEndpoints): Readonly<Record<string, string>> {
  return {
    KUBECONFIG: kubeconfig,
    AWS_ENDPOINT_URL_EC2: url,
    AWS_REGION: 'us-east-1',
    // boto3 and version 1 of the AWS CLI read no other.
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}
