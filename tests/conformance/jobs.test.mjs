import assert from 'node:assert/strict';
import { test } from 'node:test';
import { body, eventually, hubOf, jobsOf, refusal, registryOf } from './azure.mjs';

const hub = hubOf('lab');
const jobs = jobsOf(hub);
const registry = registryOf(hub);
const threePilots = "deviceId IN ['pilot-001', 'pilot-002', 'pilot-003']";
const jobOf = async (call) => (await call).jobStatus;
const finished = (id) => eventually(() => jobOf(jobs.getJob(id)), (job) => ['completed', 'failed', 'cancelled'].includes(job.status));

test('a twin job changes the twins that fit its condition', async () => {
    const started = await jobOf(jobs.scheduleTwinUpdate('job-twin', threePilots, { etag: '*', tags: { wave: 1 } }, new Date(), 300));
    assert.equal(started.jobId, 'job-twin');
    assert.equal(started.type, 'scheduleUpdateTwin');
    const job = await finished('job-twin');
    assert.equal(job.status, 'completed');
    assert.equal(job.deviceJobStatistics.succeededCount, 3);
    assert.equal((await body(registry.getTwin('pilot-002'))).tags.wave, 1);

    const outcomes = (await registry.createQuery("SELECT * FROM devices.jobs WHERE devices.jobs.jobId = 'job-twin'").next()).result;
    assert.deepEqual(outcomes.map((row) => row.deviceId).sort(), ['pilot-001', 'pilot-002', 'pilot-003']);
});

test('the same job id twice is a conflict', async () => {
    await jobs.scheduleTwinUpdate('job-same', "deviceId = 'pilot-004'", { etag: '*', tags: { wave: 2 } }, new Date(), 300);
    await finished('job-same');
    const again = jobs.scheduleTwinUpdate('job-same', "deviceId = 'pilot-004'", { etag: '*', tags: { wave: 3 } }, new Date(), 300);
    assert.equal((await refusal(again)).status, 409);
});

test('a job of the future can be canceled and jobs are told as an array', async () => {
    const tomorrow = new Date(Date.now() + 86400 * 1000 * 2);
    await jobs.scheduleDeviceMethod('job-later', '*', { methodName: 'Reprovision' }, tomorrow, 300);
    assert.equal((await jobOf(jobs.getJob('job-later'))).status, 'scheduled');
    assert.equal((await jobOf(jobs.cancelJob('job-later'))).status, 'cancelled');
    const { result } = await jobs.createQuery(undefined, 'cancelled').next();
    assert.ok(Array.isArray(result));
    assert.ok(result.some((job) => job.jobId === 'job-later'));
});
