import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { body, hubOf, pagesOf, refusal, registryOf } from './azure.mjs';

const registry = registryOf(hubOf('gamma'));
const alpha = registryOf(hubOf('alpha'));

before(() => registry.addDevices(['twin-a', 'twin-b', 'twin-c'].map((deviceId) => ({ deviceId }))));

test('a patch merges, null removes, and versions count', async () => {
    const first = await body(registry.updateTwin('twin-a', { tags: { site: 'x', room: 1 }, properties: { desired: { a: 1, b: { c: 2 } } } }, '*'));
    assert.equal(first.properties.desired.b.c, 2);
    const second = await body(registry.updateTwin('twin-a', { tags: { room: null }, properties: { desired: { b: { d: 3 } } } }, first.etag));
    assert.deepEqual(second.tags, { site: 'x' });
    assert.deepEqual(second.properties.desired.b, { c: 2, d: 3 });
    assert.equal(second.properties.desired.$version, first.properties.desired.$version + 1);
    assert.ok(second.version > first.version);
    assert.notEqual(second.etag, first.etag);
    assert.deepEqual((await body(registry.getTwin('twin-a'))).tags, { site: 'x' });
});

test('a stale etag changes nothing', async () => {
    const { etag } = await body(registry.getTwin('twin-b'));
    await registry.updateTwin('twin-b', { tags: { turn: 1 } }, etag);
    const refused = await refusal(registry.updateTwin('twin-b', { tags: { turn: 2 } }, etag));
    assert.equal(refused.status, 412);
    assert.equal(refused.name, 'InvalidEtagError');
    assert.equal((await body(registry.getTwin('twin-b'))).tags.turn, 1);
});

test('an unknown twin is not found, with the nested code', async () => {
    const refused = await refusal(registry.getTwin('twin-nobody'));
    assert.equal(refused.status, 404);
    assert.equal(JSON.parse(refused.body.Message).errorCode, 404001);
});

test('a query tells every device once, page by page', async () => {
    const { items, lengths } = await pagesOf(alpha.createQuery("SELECT * FROM devices WHERE tags.site != ''", 500));
    assert.ok(items.length >= 2000);
    assert.ok(lengths.every((length) => length > 0 && length <= 500));
    assert.equal(new Set(items.map((twin) => twin.deviceId)).size, items.length);
});

test('a query answers twins as objects of the client', async () => {
    const { result } = await alpha.createQuery("SELECT * FROM devices WHERE deviceId IN ['meter-0001', 'meter-0002']").nextAsTwin();
    assert.deepEqual(result.map((twin) => twin.deviceId).sort(), ['meter-0001', 'meter-0002']);
    assert.equal(result[0].status, 'enabled');
});

test('a query counts, projects and compares', async () => {
    const query = async (text) => (await registry.createQuery(text).next()).result;
    await registry.updateTwin('twin-c', { tags: { floor: 7, wing: "it's" } }, '*');
    assert.deepEqual(await query('SELECT COUNT() AS n FROM devices WHERE tags.floor = 7'), [{ n: 1 }]);
    const [row] = await query("SELECT deviceId, tags.floor FROM devices WHERE tags.floor >= 7 AND status = 'enabled'");
    assert.equal(row.deviceId, 'twin-c');
    assert.equal((await query("SELECT * FROM devices WHERE NOT is_defined(tags.floor) AND deviceId = 'twin-c'")).length, 0);
    assert.equal((await query("SELECT * FROM devices WHERE tags.wing = 'it''s'")).length
        + (await query("SELECT * FROM devices WHERE tags.wing = 'it\\'s'")).length >= 1, true);
});

test('a query that makes no sense is refused', async () => {
    assert.equal((await refusal(registry.createQuery('SELEKT * FROM devices').next())).status, 400);
});
