import { type ApiTransport, type ApiTransportOptions, createTransportOver } from './api-transport.ts';
import { openUndiciPools } from './undici-pools.ts';

/** Opens pooled connections to the API server that `credentials` name; nothing is dialled before the first call. */
export function createApiTransport(options: ApiTransportOptions): ApiTransport {
  return createTransportOver(openUndiciPools, options);
}
