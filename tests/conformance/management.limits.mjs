// Resource Manager allows a caller 250 reads at once and 25 a second from then on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, arm, group, hubs, manage, send } from './arm.mjs';

const service = `${group}/providers/Microsoft.Devices/provisioningServices/${arm.dpsName}?api-version=2022-12-12`;
const listing = `/subscriptions/${arm.subscriptionId}/providers/Microsoft.Devices/IotHubs`;

/// How often the list of all hubs was refused for coming too early.
async function listsRefused() {
    const { text } = await send('https://simulator/_sim/log');
    return text.trim().split('\n').map((line) => JSON.parse(line)).filter(({ path, status }) => status === 429 && path.startsWith(listing)).length;
}

/// Reads in fifty places at once until so many were refused.
async function readUntilRefused(times) {
    const answers = [];
    const refused = () => answers.filter(({ status }) => status === 429);
    await Promise.all(Array.from({ length: 50 }, async () => {
        while (refused().length < times)
            answers.push(await manage(service));
    }));
    return { refused: refused(), fine: answers.filter(({ status }) => status === 200), answers };
}

test('who asks too often is told when to come again, and the client comes again and gets its answer', async () => {
    const { refused, fine, answers } = await readUntilRefused(100);
    assert.ok(fine.length >= 250 - 10, `${fine.length} answered`);
    assert.equal(answers.length, fine.length + refused.length);
    for (const { headers, body } of refused) {
        assert.equal(body.error.code, 'SubscriptionRequestsThrottled');
        assert.ok(Number(headers['retry-after']) >= 1);
        assert.equal(headers['x-ms-ratelimit-remaining-subscription-reads'], '0');
    }
    for (const known of await Promise.all(Array.from({ length: 40 }, () => all(hubs.listBySubscription()))))
        assert.ok(known.length > 0);
    assert.ok(await listsRefused() > 0);
});
