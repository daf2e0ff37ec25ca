// Only KubeConfig, so that a bundler can leave out the rest of the official client.
export { KubeConfig } from '@kubernetes/client-node';
