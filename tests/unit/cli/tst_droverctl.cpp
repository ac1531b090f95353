#include "commandline.h"

#include "tests/support/testmain.h"

#include <QJsonArray>
#include <QTest>

#include <functional>

using namespace Qt::StringLiterals;
using namespace drover::test;

/// The whole way: a process of ours against a simulated Azure, judged by what the simulator holds at the end.
class TestDroverctl final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_azure = std::make_unique<Azure>(120);
        QVERIFY(m_azure->isUp());
        m_drover = std::make_unique<CommandLine>(m_azure->endpoints());
    }

    void listsStampsAndDevices()
    {
        const Outcome stamps = m_drover->run({u"stamps"_s, u"--json"_s});
        QVERIFY2(stamps.code == 0, qPrintable(stamps.err));
        QCOMPARE(stamps.objects().size(), 4);
        const Outcome valves = m_drover->run({u"devices"_s, u"--json"_s, u"--where"_s, u"STARTSWITH(deviceId,'valve-')"_s});
        QVERIFY2(valves.code == 0, qPrintable(valves.err));
        QCOMPARE(valves.objects().size(), 500);
    }

    void saysWhereADeviceIs()
    {
        const Outcome seen = m_drover->run({u"inspect"_s, u"meter-0042"_s, u"--json"_s});
        QVERIFY2(seen.code == 0, qPrintable(seen.err));
        QCOMPARE(seen.objects().value(0).value(u"diagnosis"_s).toString(), u"fine"_s);
        QVERIFY(!seen.objects().value(0).value(u"requests"_s).toArray().isEmpty());
        QCOMPARE(m_drover->run({u"inspect"_s, u"ghost-1"_s}).code, 1);
    }

    void movesAGroupAndBack()
    {
        const auto ours = [](const QString &id) { return id == u"meters"; };
        move(u"group:meters"_s, u"beta"_s, ours);
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 2000);
        QCOMPARE(m_azure->identitiesOn(u"alpha"_s), 500);
        move(u"group:meters"_s, u"alpha"_s, ours);
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 0);
    }

    void movesIndividualEnrollmentsAndBack()
    {
        const auto ours = [](const QString &id) { return id.startsWith(u"valve-"); };
        move(u"where:STARTSWITH(deviceId,'valve-')"_s, u"beta"_s, ours);
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 500);
        move(u"where:STARTSWITH(deviceId,'valve-')"_s, u"alpha"_s, ours);
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 0);
    }

    void splitsAFileOfDevicesOutOfTheirGroup()
    {
        const auto ours = [](const QString &id) { return id.startsWith(u"meter-") && id.mid(6).toInt() <= 300; };
        QByteArray ids;
        for (int number = 1; number <= 300; ++number)
            ids += QByteArray("meter-") + QByteArray::number(number).rightJustified(4, '0') + '\n';
        const QString set = u"file:"_s + m_drover->write(u"ids.csv"_s, ids);
        move(set, u"beta"_s, ours);
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 300);
        move(set, u"alpha"_s, ours);
        QCOMPARE(m_azure->identitiesOn(u"alpha"_s), 2500);
    }

    void exceedsNoQuotaAndLosesNobody()
    {
        const QJsonObject truth = m_azure->truth();
        const QJsonObject placement = truth.value(u"placement"_s).toObject();
        QCOMPARE(placement.value(u"one"_s).toInt(), 2600);
        QCOMPARE(placement.value(u"two"_s).toInt(), 0);
        QCOMPARE(placement.value(u"none"_s).toInt(), 0);
        for (const QJsonValue each : truth.value(u"quotas"_s).toArray()) {
            const QJsonObject quota = each.toObject();
            // The devices' own registrations come when they will. A second of the methods' quota is 8 ms here: less than a
            // loaded machine's jitter.
            if (quota.value(u"quota"_s) == u"registrations"_s || quota.value(u"quota"_s) == u"methods"_s)
                continue;
            QVERIFY2(quota.value(u"rejected"_s).toInt() == 0, QJsonDocument(quota).toJson().constData());
        }
    }

private:
    /// Every enrollment that is not `ours` must be afterwards what it was before, byte for byte.
    void move(const QString &set, const QString &to, const std::function<bool(const QString &)> &ours)
    {
        const QMap<QString, QByteArray> before = m_azure->enrollments();
        QVERIFY(before.size() >= 502);
        const QString plan = m_drover->file(u"move.plan"_s);
        const Outcome planned = m_drover->run({u"plan"_s, u"--set"_s, set, u"--to"_s, to, u"-o"_s, plan});
        QVERIFY2(planned.code == 0, qPrintable(planned.out + planned.err));
        const Outcome ran = m_drover->run({u"run"_s, plan, u"--yes"_s});
        QVERIFY2(ran.code == 0, qPrintable(ran.out + ran.err));
        QVERIFY2(ran.out.startsWith(u"run "_s), qPrintable(ran.out));
        const QJsonObject placement = m_azure->truth().value(u"placement"_s).toObject();
        QCOMPARE(placement.value(u"one"_s).toInt(), 2600);
        const QMap<QString, QByteArray> after = m_azure->enrollments();
        for (const auto &[id, enrollment] : before.asKeyValueRange())
            QVERIFY2((after.value(id) == enrollment) != ours(id), qPrintable(id));
        for (const QString &id : after.keys())
            QVERIFY2(before.contains(id) || ours(id), qPrintable(id));
    }

    std::unique_ptr<Azure> m_azure;
    std::unique_ptr<CommandLine> m_drover;
};

DROVER_TEST(TestDroverctl)
#include "tst_droverctl.moc"
