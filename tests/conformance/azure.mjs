// What the tests share: the endpoints file and Microsoft's clients made from it.
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import iothub from 'azure-iothub';
import provisioningDevice from 'azure-iot-provisioning-device';
import provisioningHttp from 'azure-iot-provisioning-device-http';
import provisioningService from 'azure-iot-provisioning-service';
import symmetricKey from 'azure-iot-security-symmetric-key';

export const endpoints = JSON.parse(readFileSync(process.env.DROVER_ENDPOINTS, 'utf8'));

/// The hub of a stamp, with its policy.
export function hubOf(stamp) {
    const { hub } = endpoints.fleet.stamps.find((known) => known.name === stamp);
    return endpoints.hubs.find((known) => known.host === hub);
}

export function connectionString({ host, policy, key }) {
    return `HostName=${host};SharedAccessKeyName=${policy};SharedAccessKey=${key}`;
}

export function dpsClient(key = endpoints.dps.key) {
    const { serviceHost: host, policy } = endpoints.dps;
    return provisioningService.ProvisioningServiceClient.fromConnectionString(connectionString({ host, policy, key }));
}

export const registryOf = (hub) => iothub.Registry.fromConnectionString(connectionString(hub));
export const methodsOf = (hub) => iothub.Client.fromConnectionString(connectionString(hub));
export const jobsOf = (hub) => iothub.JobClient.fromConnectionString(connectionString(hub));

export const newKey = () => randomBytes(32).toString('base64');
export const newKeys = () => ({ primaryKey: newKey(), secondaryKey: newKey() });

/// The key of one member of an enrollment group.
export function derivedKey(groupKey, registrationId) {
    return createHmac('sha256', Buffer.from(groupKey, 'base64')).update(registrationId).digest('base64');
}

/// An enrollment body; `more` overrides and adds members.
export function symmetric(keys, more = {}) {
    return { attestation: { type: 'symmetricKey', ...(keys && { symmetricKey: keys }) }, ...more };
}

export const individual = (registrationId, keys, more) => ({ registrationId, ...symmetric(keys, more) });
export const group = (enrollmentGroupId, keys, more) => ({ enrollmentGroupId, ...symmetric(keys, more) });
export const only = (stamp, more = {}) => ({ allocationPolicy: 'static', iotHubs: [hubOf(stamp).host], ...more });

/// Registers as a device does: PUT register, then polls at the pace it is told.
export function register(registrationId, key) {
    const security = new symmetricKey.SymmetricKeySecurityClient(registrationId, key);
    return provisioningDevice.ProvisioningDeviceClient.create(
        endpoints.dps.globalDeviceHost, endpoints.dps.idScope, new provisioningHttp.Http(), security).register();
}

/// The body of an answer, whichever of its shapes the client chose.
export const body = async (answer) => {
    const result = await answer;
    return result.responseBody ?? result;
};

/// What a refused call was answered with; a call that is not refused is itself the failure.
export async function refusal(call) {
    let answer;
    try {
        answer = await call;
    } catch (error) {
        const status = error.response?.statusCode ?? error.statusCode;
        if (status === undefined)
            throw error;
        return { name: error.name, status, body: JSON.parse(error.responseBody || 'null'), headers: error.response?.headers ?? {} };
    }
    throw new Error(`The call should have been refused, but was answered with ${JSON.stringify(answer?.responseBody)}.`);
}

/// All items of a query and the length of each page.
export async function pagesOf(query) {
    const items = [];
    const lengths = [];
    do {
        // Without the token the promise form of next() asks for the first page for ever.
        const answer = await query.next(query.continuationToken);
        const page = answer.result ?? answer.responseBody;
        items.push(...page);
        lengths.push(page.length);
    } while (query.hasMoreResults);
    return { items, lengths };
}

/// Asks until the answer is what it should become, for things that take simulated time.
export async function eventually(ask, holds, milliseconds = 15000) {
    const deadline = Date.now() + milliseconds;
    for (;;) {
        const answer = await ask();
        if (holds(answer))
            return answer;
        if (Date.now() > deadline)
            throw new Error(`Still ${JSON.stringify(answer)} after ${milliseconds} ms.`);
        await pause(25);
    }
}
