import assert from 'node:assert/strict';
import { test } from 'node:test';
import { body, hubOf, newKey, newKeys, refusal, registryOf } from './azure.mjs';

const hub = hubOf('gamma');
const registry = registryOf(hub);

test('an identity is created, read, disabled and deleted', async () => {
    const keys = newKeys();
    const created = await body(registry.create({ deviceId: 'id-crud', authentication: { symmetricKey: keys } }));
    assert.equal(created.status, 'enabled');
    assert.equal(created.connectionState, 'Disconnected');
    assert.ok(created.generationId && created.etag);
    assert.equal(created.lastActivityTime, '0001-01-01T00:00:00');

    const disabled = await body(registry.update({ deviceId: 'id-crud', status: 'disabled', statusReason: 'test' }));
    assert.notEqual(disabled.etag, created.etag);
    const read = await body(registry.get('id-crud'));
    assert.equal(read.status, 'disabled');
    assert.equal(read.statusReason, 'test');
    assert.equal(read.generationId, created.generationId);

    await registry.delete('id-crud');
    const gone = await refusal(registry.get('id-crud'));
    assert.equal(gone.name, 'DeviceNotFoundError');
    assert.match(gone.body.Message, /^ErrorCode:DeviceNotFound;/);
    assert.match(gone.body.ExceptionMessage, /^Tracking ID:/);
    assert.equal((await refusal(registry.delete('id-crud'))).name, 'DeviceNotFoundError');
});

test('a second create is a conflict', async () => {
    await registry.create({ deviceId: 'id-twice' });
    assert.equal((await refusal(registry.create({ deviceId: 'id-twice' }))).status, 409);
});

test('a device id keeps its letter case and its odd characters', async () => {
    const id = "Pump%7:A+(1)@site='x'";
    await registry.create({ deviceId: id });
    assert.equal((await body(registry.get(id))).deviceId, id);
    assert.equal((await refusal(registry.get(id.toUpperCase()))).status, 404);
    await registry.delete(id);
});

test('a hundred identities in one call are added, then changed and removed', async () => {
    // A hub of two S1 units takes 200 registry operations a minute, which this test nearly uses up: the hub is its own.
    const lab = registryOf(hubOf('lab'));
    const devices = Array.from({ length: 100 }, (_, n) => ({ deviceId: `id-bulk-${n}`, status: 'enabled' }));
    assert.equal((await body(lab.addDevices(devices))).isSuccessful, true);

    const again = await bulkOutcome(lab.addDevices(devices.slice(0, 2)));
    assert.equal(again.isSuccessful, false);
    assert.equal(again.errors[0].deviceId, 'id-bulk-0');
    assert.ok(again.errors[0].errorCode);

    const disabled = devices.slice(0, 5).map((device) => ({ ...device, status: 'disabled' }));
    assert.equal((await body(lab.updateDevices(disabled, true))).isSuccessful, true);
    assert.equal((await body(lab.get('id-bulk-4'))).status, 'disabled');
    assert.equal((await body(lab.removeDevices(devices.slice(0, 80), true))).isSuccessful, true);
    assert.equal((await refusal(lab.get('id-bulk-0'))).status, 404);
});

/// Errors of a bulk call come under 200 or under 400; both are right.
async function bulkOutcome(call) {
    try {
        return await body(call);
    } catch (error) {
        return JSON.parse(error.responseBody);
    }
}

test('the list tells identities and the statistics count them', async () => {
    const alpha = registryOf(hubOf('alpha'));
    const listed = await body(alpha.list());
    assert.ok(listed.length > 0 && listed.length <= 1000);
    const statistics = await body(alpha.getRegistryStatistics());
    assert.ok(statistics.totalDeviceCount >= 2500);
    assert.equal(statistics.totalDeviceCount, statistics.enabledDeviceCount + statistics.disabledDeviceCount);
});

test('a device has no modules unless it was given some', async () => {
    await registry.create({ deviceId: 'id-plain' });
    assert.deepEqual(await body(registry.getModulesOnDevice('id-plain')), []);
});

test('a wrong policy key is unauthorized', async () => {
    const refused = await refusal(registryOf({ ...hub, key: newKey() }).get('id-plain'));
    assert.equal(refused.status, 401);
    assert.equal(refused.name, 'UnauthorizedError');
});

test('the key of one hub does not open another', async () => {
    const refused = await refusal(registryOf({ ...hub, key: hubOf('alpha').key }).get('id-plain'));
    assert.equal(refused.status, 401);
});
