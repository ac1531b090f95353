import assert from 'node:assert/strict';
import { test } from 'node:test';
import { body, dpsClient, group, hubOf, newKeys, only, pagesOf, refusal } from './azure.mjs';

const service = dpsClient();
const put = (enrollment) => body(service.createOrUpdateEnrollmentGroup(enrollment));
const get = (id) => body(service.getEnrollmentGroup(id));

test('a group is created, read, replaced and deleted', async () => {
    const created = await put(group('group-crud', newKeys(), only('alpha')));
    assert.ok(created.etag);
    const read = await get('group-crud');
    assert.equal(read.etag, created.etag);
    assert.equal(read.attestation.symmetricKey?.primaryKey, undefined);

    const replaced = await put({ ...read, ...only('beta') });
    assert.notEqual(replaced.etag, read.etag);
    assert.equal(replaced.createdDateTimeUtc, created.createdDateTimeUtc);

    await service.deleteEnrollmentGroup(replaced);
    const gone = await refusal(service.getEnrollmentGroup('group-crud'));
    assert.equal(gone.status, 404);
    assert.ok([404201, 404204].includes(gone.body.errorCode));
});

test('a second create is a conflict and a stale etag a failed precondition', async () => {
    const first = await put(group('group-etags', newKeys(), only('alpha')));
    const { etag, ...withoutEtag } = first;
    assert.equal((await refusal(service.createOrUpdateEnrollmentGroup(withoutEtag))).status, 409);
    await put({ ...withoutEtag, etag });
    assert.equal((await refusal(service.createOrUpdateEnrollmentGroup({ ...withoutEtag, etag }))).status, 412);
    assert.equal((await refusal(service.deleteEnrollmentGroup('group-etags', etag))).status, 412);
    await service.deleteEnrollmentGroup('group-etags', '*');
});

test('the keys of a group are told by its attestation mechanism', async () => {
    const keys = newKeys();
    await put(group('group-keys', keys, only('alpha')));
    const mechanism = await body(service.getEnrollmentGroupAttestationMechanism('group-keys'));
    assert.deepEqual(mechanism, { ...mechanism, type: 'symmetricKey', symmetricKey: keys });
});

test('a query tells the groups of the scenario', async () => {
    const { items } = await pagesOf(service.createEnrollmentGroupQuery({ query: 'SELECT * FROM enrollmentGroups' }, 1));
    const ids = items.map((item) => item.enrollmentGroupId);
    assert.ok(ids.includes('meters') && ids.includes('pilots'));
    assert.equal(new Set(ids).size, ids.length);
});

test('the registrations of a group are told page by page', async () => {
    const { items, lengths } = await pagesOf(service.createEnrollmentGroupDeviceRegistrationStateQuery(
        { query: 'SELECT *' }, 'meters', 300));
    assert.equal(items.length, 2000);
    assert.ok(lengths.every((length) => length > 0 && length <= 300));
    assert.equal(new Set(items.map((item) => item.registrationId)).size, 2000);
    assert.ok(items.every((item) => item.status === 'assigned' && item.assignedHub === hubOf('alpha').host));
});
