// Preloaded into every client: connections to Azure's host names end at the local Azure instead. Only the address
// changes; host names in SNI, Host header and signatures stay what the client meant. Anything else is refused, so
// that no test can ever reach the real service.
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import tls from 'node:tls';

// The clients count on a global that Node 18, the one of Debian 12 and Ubuntu 24.04, only has behind a flag.
globalThis.crypto ??= webcrypto;

const { redirect } = JSON.parse(readFileSync(process.env.DROVER_ENDPOINTS, 'utf8'));
const split = redirect.lastIndexOf(':');
const target = { host: redirect.slice(0, split), port: Number(redirect.slice(split + 1)) };
const azure = /(^simulator|\.azure-devices\.net|\.azure-devices-provisioning\.net|^management\.azure\.com|^login\.microsoftonline\.com)$/;

const connect = tls.connect;
tls.connect = (options, ...rest) => {
    const host = options?.servername || options?.host;
    if (typeof host !== 'string' || !azure.test(host))
        throw new Error(`A client tried to reach ${host}, which is not a host of the local Azure.`);
    return connect({ ...options, ...target, servername: host }, ...rest);
};
