import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { body, derivedKey, dpsClient, group, hubOf, individual, newKeys, only, refusal, register, registryOf } from './azure.mjs';

const service = dpsClient();
const [alpha, beta] = [hubOf('alpha'), hubOf('beta')].map(registryOf);
const migrate = { updateHubAssignment: true, migrateDeviceData: true };
const reset = { updateHubAssignment: true, migrateDeviceData: false };
const never = { updateHubAssignment: false, migrateDeviceData: false };
const initialTwin = { tags: { origin: 'enrollment' }, properties: { desired: { interval: 30 } } };

/// A device that lives on alpha with a tag of its own, and whose enrollment now names beta.
async function repointed(id, reprovisionPolicy) {
    const keys = newKeys();
    await service.createOrUpdateIndividualEnrollment(individual(id, keys, only('alpha', { reprovisionPolicy, initialTwin })));
    await register(id, keys.primaryKey);
    await alpha.updateTwin(id, { tags: { origin: 'operator' } }, '*');
    const enrollment = await body(service.getIndividualEnrollment(id));
    const { symmetricKey } = await body(service.getIndividualEnrollmentAttestationMechanism(id));
    enrollment.attestation.symmetricKey = symmetricKey;
    await service.createOrUpdateIndividualEnrollment({ ...enrollment, ...only('beta') });
    return keys.primaryKey;
}

const isGone = async (registry, id) => (await refusal(registry.get(id))).name === 'DeviceNotFoundError';

describe('a re-pointed device', { concurrency: true }, () => {
    test('stays until it registers again, then moves with its twin', async () => {
        const key = await repointed('move-migrate', migrate);
        const before = await body(alpha.get('move-migrate'));
        assert.ok(await isGone(beta, 'move-migrate'));

        assert.equal((await register('move-migrate', key)).assignedHub, hubOf('beta').host);
        assert.ok(await isGone(alpha, 'move-migrate'));
        const after = await body(beta.get('move-migrate'));
        assert.notEqual(after.generationId, before.generationId);
        assert.equal(after.authentication.symmetricKey.primaryKey, before.authentication.symmetricKey.primaryKey);
        assert.equal((await body(beta.getTwin('move-migrate'))).tags.origin, 'operator');
        const state = await body(service.getDeviceRegistrationState('move-migrate'));
        assert.equal(state.substatus, 'deviceDataMigrated');
        assert.equal(state.assignedHub, hubOf('beta').host);
    });

    test('starts from the initial twin under the reset policy', async () => {
        const key = await repointed('move-reset', reset);
        await register('move-reset', key);
        assert.ok(await isGone(alpha, 'move-reset'));
        const twin = await body(beta.getTwin('move-reset'));
        assert.equal(twin.tags.origin, 'enrollment');
        assert.equal((await body(service.getDeviceRegistrationState('move-reset'))).substatus, 'deviceDataReset');
    });

    test('stays where it is under the never policy', async () => {
        const key = await repointed('move-never', never);
        assert.equal((await register('move-never', key)).assignedHub, hubOf('alpha').host);
        assert.ok(await isGone(beta, 'move-never'));
        assert.equal((await body(alpha.getTwin('move-never'))).tags.origin, 'operator');
    });

    test('leaves its group by an enrollment of its own with the derived keys', async () => {
        const keys = newKeys();
        await service.createOrUpdateEnrollmentGroup(group('move-group', keys, only('alpha', { reprovisionPolicy: migrate })));
        const own = { primaryKey: derivedKey(keys.primaryKey, 'move-split'), secondaryKey: derivedKey(keys.secondaryKey, 'move-split') };
        const stays = derivedKey(keys.primaryKey, 'move-stays');
        await Promise.all([register('move-split', own.primaryKey), register('move-stays', stays)]);

        await service.createOrUpdateIndividualEnrollment(individual('move-split', own, only('beta', { reprovisionPolicy: migrate })));
        const [split, other] = await Promise.all([register('move-split', own.primaryKey), register('move-stays', stays)]);
        assert.equal(split.assignedHub, hubOf('beta').host);
        assert.equal(other.assignedHub, hubOf('alpha').host);
        assert.ok(await isGone(alpha, 'move-split'));
    });
});
