import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, arm, hubs, provisioning } from './arm.mjs';
import { body, connectionString, dpsClient, individual, newKey, newKeys, refusal, register, registryOf } from './azure.mjs';

const { unlinkedHub: spare } = arm;
const service = dpsClient();
const get = () => provisioning.get(arm.dpsName, arm.resourceGroup);
const put = (description) => provisioning.beginCreateOrUpdateAndWait(arm.resourceGroup, arm.dpsName, description, { updateIntervalInMs: 100 });
const link = (key, more = {}) => ({ connectionString: connectionString({ ...spare, key }), location: spare.location, ...more });
const linked = ({ properties }, host) => properties.iotHubs.find((hub) => hub.name === host);

async function withLinks(change) {
    const description = await get();
    return put({ ...description, properties: { ...description.properties, iotHubs: change(description.properties.iotHubs) } });
}

/// Registers a device whose enrollment names the spare hub.
async function registered(id) {
    const keys = newKeys();
    await service.createOrUpdateIndividualEnrollment(individual(id, keys, { allocationPolicy: 'hashed', iotHubs: [spare.host] }));
    return { id, keys, result: await register(id, keys.primaryKey).catch((error) => ({ error })) };
}

const stateOf = async (id) => body(service.getDeviceRegistrationState(id));

test('a hub is linked with its key, used, closed and unlinked', async () => {
    const before = await get();
    assert.equal(linked(before, spare.host), undefined);
    await assert.rejects(withLinks((links) => [...links, link(newKey())]), { statusCode: 400 });
    await assert.rejects(withLinks((links) => [...links, { connectionString: `HostName=${spare.host};SharedAccessKeyName=iothubowner;SharedAccessKey=****`,
        location: spare.location }]), { statusCode: 400 });
    assert.equal(linked(await get(), spare.host), undefined);

    const after = await withLinks((links) => [...links, link(spare.key, { allocationWeight: 7 })]);
    assert.equal(after.properties.provisioningState, 'Succeeded');
    assert.equal(linked(after, spare.host).allocationWeight, 7);
    assert.match(linked(after, spare.host).connectionString, /SharedAccessKey=\*+$/);
    assert.equal(after.properties.iotHubs.length, before.properties.iotHubs.length + 1);
    const first = await registered('link-first');
    assert.equal(first.result.assignedHub, spare.host);
    assert.equal((await body(registryOf(spare).get('link-first'))).deviceId, 'link-first');

    const closed = await withLinks((links) => links.map((hub) => (hub.name === spare.host ? { ...hub, applyAllocationPolicy: false } : hub)));
    assert.equal(linked(closed, spare.host).applyAllocationPolicy, false);
    const second = await registered('link-closed');
    assert.ok(second.result.error);
    assert.equal((await stateOf('link-closed')).status, 'failed');

    const unlinked = await withLinks((links) => links.filter((hub) => hub.name !== spare.host));
    assert.equal(linked(unlinked, spare.host), undefined);
    assert.equal(unlinked.properties.iotHubs.length, before.properties.iotHubs.length);
});

test('what makes no sense is refused and changes nothing', async () => {
    const { etag, ...description } = await get();
    const properties = (more) => ({ ...description, properties: { ...description.properties, ...more } });
    const [hub] = description.properties.iotHubs;
    for (const bad of [properties({ allocationPolicy: 'Dice' }), properties({ iotHubs: [hub, hub] }),
        properties({ iotHubs: [{ ...hub, allocationWeight: 1001 }] }), properties({ iotHubs: [{ ...hub, connectionString: 'HostName=x' }] })])
        await assert.rejects(put(bad), { statusCode: 400 });
    assert.equal((await get()).etag, etag);
});

test('an unlinked hub gets no device, whoever names it', async () => {
    const keys = newKeys();
    const answer = await service.createOrUpdateIndividualEnrollment(individual('link-none', keys, { allocationPolicy: 'hashed', iotHubs: [spare.host] }))
        .catch((error) => ({ error }));
    if (!answer.error)
        await assert.rejects(register('link-none', keys.primaryKey));
    assert.equal((await refusal(registryOf(spare).get('link-none'))).status, 404);
});

test('the keys of the linked hubs stay with the service', async () => {
    const found = await all(hubs.listBySubscription());
    const names = found.map((hub) => hub.properties.hostName);
    for (const { name } of (await get()).properties.iotHubs)
        assert.ok(names.includes(name));
});
