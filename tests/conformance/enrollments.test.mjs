import assert from 'node:assert/strict';
import { test } from 'node:test';
import { body, dpsClient, individual, newKey, newKeys, only, pagesOf, refusal } from './azure.mjs';

const service = dpsClient();
const put = (enrollment) => body(service.createOrUpdateIndividualEnrollment(enrollment));
const get = (id) => body(service.getIndividualEnrollment(id));
// Of this one call the client's promise is never settled; its callback works.
const bulk = (mode, enrollments) => new Promise((resolve, reject) => {
    service.runBulkEnrollmentOperation({ mode, enrollments }, (error, result) => (error ? reject(error) : resolve(result)));
});

test('an enrollment is created, read, replaced and deleted', async () => {
    const created = await put(individual('crud-1', newKeys(), only('alpha')));
    assert.equal(created.registrationId, 'crud-1');
    assert.equal(created.provisioningStatus, 'enabled');
    assert.ok(created.etag);
    assert.ok(Date.parse(created.createdDateTimeUtc));

    const read = await get('crud-1');
    assert.equal(read.etag, created.etag);
    assert.deepEqual(read.iotHubs, created.iotHubs);

    const replaced = await put({ ...read, ...only('beta') });
    assert.notEqual(replaced.etag, created.etag);
    assert.equal(replaced.createdDateTimeUtc, created.createdDateTimeUtc);
    assert.deepEqual((await get('crud-1')).iotHubs, only('beta').iotHubs);

    await service.deleteIndividualEnrollment(replaced);
    const gone = await refusal(service.getIndividualEnrollment('crud-1'));
    assert.equal(gone.status, 404);
    assert.equal(gone.body.errorCode, 404201);
    assert.ok(gone.body.trackingId);
    assert.ok(Date.parse(gone.body.timestampUtc));
});

test('keys are told by the attestation mechanism only', async () => {
    const keys = newKeys();
    await put(individual('told-keys', keys, only('alpha')));
    assert.equal((await get('told-keys')).attestation.symmetricKey?.primaryKey, undefined);
    const mechanism = await body(service.getIndividualEnrollmentAttestationMechanism('told-keys'));
    assert.equal(mechanism.type, 'symmetricKey');
    assert.deepEqual(mechanism.symmetricKey, keys);
});

test('absent keys are generated', async () => {
    await put(individual('generated-keys', undefined, only('alpha')));
    const { symmetricKey } = await body(service.getIndividualEnrollmentAttestationMechanism('generated-keys'));
    assert.ok(Buffer.from(symmetricKey.primaryKey, 'base64').length >= 16);
    assert.notEqual(symmetricKey.primaryKey, symmetricKey.secondaryKey);
});

test('a second create is a conflict and a stale etag a failed precondition', async () => {
    const first = await put(individual('etags', newKeys(), only('alpha')));
    const { etag, ...withoutEtag } = await get('etags');

    const conflict = await refusal(service.createOrUpdateIndividualEnrollment(withoutEtag));
    assert.equal(conflict.status, 409);
    assert.equal(conflict.body.errorCode, 409201);

    const second = await put({ ...withoutEtag, etag });
    assert.notEqual(second.etag, first.etag);
    assert.equal((await refusal(service.createOrUpdateIndividualEnrollment({ ...withoutEtag, etag }))).status, 412);
    assert.equal((await refusal(service.deleteIndividualEnrollment('etags', etag))).status, 412);

    await put({ ...withoutEtag, etag: '*' });
    await service.deleteIndividualEnrollment('etags');
});

test('ten enrollments in one call are created, changed and deleted', async () => {
    const ids = Array.from({ length: 10 }, (_, n) => `bulk-ten-${n}`);
    const created = await bulk('create', ids.map((id) => individual(id, newKeys(), only('alpha'))));
    assert.equal(created.isSuccessful, true);

    const read = await Promise.all(ids.map(get));
    const moved = await bulk('updateIfMatchETag', read.map((enrollment) => ({ ...enrollment, ...only('beta') })));
    assert.equal(moved.isSuccessful, true);
    assert.deepEqual((await get(ids[9])).iotHubs, only('beta').iotHubs);

    const stale = await bulk('updateIfMatchETag', read);
    assert.equal(stale.isSuccessful, false);
    assert.equal(stale.errors.length, 10);

    assert.equal((await bulk('delete', ids.map((id) => individual(id)))).isSuccessful, true);
    assert.equal((await refusal(service.getIndividualEnrollment(ids[0]))).status, 404);
});

test('one bad item of a bulk call fails alone', async () => {
    await put(individual('bulk-taken', newKeys(), only('alpha')));
    const result = await bulk('create', ['bulk-taken', 'bulk-free'].map((id) => individual(id, newKeys(), only('beta'))));
    assert.equal(result.isSuccessful, false);
    assert.equal(result.errors.length, 1);
    assert.equal(result.errors[0].registrationId, 'bulk-taken');
    assert.equal(typeof result.errors[0].errorCode, 'number');
    assert.ok(result.errors[0].errorStatus);
    assert.deepEqual((await get('bulk-taken')).iotHubs, only('alpha').iotHubs);
    assert.deepEqual((await get('bulk-free')).iotHubs, only('beta').iotHubs);
});

test('eleven enrollments in one call are refused and none is created', async () => {
    const ids = Array.from({ length: 11 }, (_, n) => `bulk-eleven-${n}`);
    const refused = await refusal(bulk('create', ids.map((id) => individual(id, newKeys()))));
    assert.equal(refused.status, 400);
    assert.equal((await refusal(service.getIndividualEnrollment(ids[0]))).status, 404);
});

test('a query tells every enrollment once and ends', async () => {
    const { items, lengths } = await pagesOf(service.createIndividualEnrollmentQuery({ query: 'SELECT * FROM enrollments' }, 120));
    assert.ok(lengths.every((length) => length <= 120));
    const ids = items.map((enrollment) => enrollment.registrationId);
    assert.equal(ids.filter((id) => id.startsWith('valve-')).length, 500);
    assert.equal(new Set(ids).size, ids.length);
});

test('the text of a query is not judged', async () => {
    const { items } = await pagesOf(service.createIndividualEnrollmentQuery(
        { query: "{'additional_properties': {}, 'query': 'SELECT *'}" }, 1000));
    assert.ok(items.some((enrollment) => enrollment.registrationId === 'valve-0001'));
});

test('registration ids fold case and are percent-decoded', async () => {
    await put(individual('Site:7.Pump-A', newKeys(), only('alpha')));
    assert.equal((await get('SITE:7.PUMP-a')).registrationId.toLowerCase(), 'site:7.pump-a');
});

test('a wrong policy key is unauthorized', async () => {
    const refused = await refusal(dpsClient(newKey()).getIndividualEnrollment('valve-0001'));
    assert.equal(refused.status, 401);
    assert.equal(refused.body.errorCode, 401002);
});
