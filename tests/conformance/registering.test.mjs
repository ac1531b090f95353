import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import device from 'azure-iot-device';
import deviceHttp from 'azure-iot-device-http';
import {
    body, derivedKey, dpsClient, group, hubOf, individual, newKey, newKeys, only, refusal, register, registryOf,
} from './azure.mjs';

const service = dpsClient();
const initialTwin = { tags: { site: 'test' }, properties: { desired: { interval: 30 } } };

async function enroll(id, more) {
    const keys = newKeys();
    await service.createOrUpdateIndividualEnrollment(individual(id, keys, more));
    return keys;
}

describe('a device registers', { concurrency: true }, () => {
    test('by its own enrollment, with either key', async () => {
        const keys = await enroll('reg-own', only('alpha', { deviceId: 'Reg-Own-Device', initialTwin }));
        const result = await register('reg-own', keys.secondaryKey);
        assert.equal(result.status, 'assigned');
        assert.equal(result.assignedHub, hubOf('alpha').host);
        assert.equal(result.deviceId, 'Reg-Own-Device');
        assert.equal(result.substatus, 'initialAssignment');

        const registry = registryOf(hubOf('alpha'));
        const identity = await body(registry.get('Reg-Own-Device'));
        assert.equal(identity.authentication.symmetricKey.primaryKey, keys.primaryKey);
        const twin = await body(registry.getTwin('Reg-Own-Device'));
        assert.equal(twin.tags.site, 'test');
        assert.equal(twin.properties.desired.interval, 30);

        const state = await body(service.getDeviceRegistrationState('reg-own'));
        assert.equal(state.status, 'assigned');
        assert.equal(state.assignedHub, hubOf('alpha').host);
        assert.equal((await body(service.getIndividualEnrollment('reg-own'))).registrationState.status, 'assigned');
    });

    test('as a member of a group, with a derived key', async () => {
        const keys = newKeys();
        await service.createOrUpdateEnrollmentGroup(group('reg-group', keys, only('beta', { initialTwin })));
        const key = derivedKey(keys.primaryKey, 'reg-member');
        const result = await register('reg-member', key);
        assert.equal(result.assignedHub, hubOf('beta').host);
        assert.equal(result.deviceId, 'reg-member');

        const text = `HostName=${result.assignedHub};DeviceId=${result.deviceId};SharedAccessKey=${key}`;
        const client = device.Client.fromConnectionString(text, deviceHttp.Http);
        await client.sendEvent(new device.Message('{"temperature":21}'));
        await client.close();
    });

    test('but not with a wrong key', async () => {
        await enroll('reg-wrong', only('alpha'));
        assert.equal((await refusal(register('reg-wrong', newKey()))).status, 401);
    });

    test('but not with the key of the whole group', async () => {
        const keys = newKeys();
        await service.createOrUpdateEnrollmentGroup(group('reg-group-key', keys, only('alpha')));
        assert.equal((await refusal(register('reg-group-key-member', keys.primaryKey))).status, 401);
    });

    test('but is not let in when disabled', async () => {
        const keys = await enroll('reg-disabled', only('alpha', { provisioningStatus: 'disabled' }));
        await assert.rejects(register('reg-disabled', keys.primaryKey));
        const state = await body(service.getDeviceRegistrationState('reg-disabled'));
        assert.equal(state.status, 'disabled');
        assert.equal((await refusal(registryOf(hubOf('alpha')).get('reg-disabled'))).status, 404);
    });

    test('and its record can be deleted', async () => {
        const keys = await enroll('reg-record', only('alpha'));
        await register('reg-record', keys.primaryKey);
        const state = await body(service.getDeviceRegistrationState('reg-record'));
        await service.deleteDeviceRegistrationState(state);
        const gone = await refusal(service.getDeviceRegistrationState('reg-record'));
        assert.equal(gone.status, 404);
        assert.equal((await body(registryOf(hubOf('alpha')).get('reg-record'))).deviceId, 'reg-record');
    });
});
