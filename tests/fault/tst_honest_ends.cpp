#include "tests/support/background.h"
#include "tests/support/testmain.h"
#include "tests/unit/cli/commandline.h"

#include <QFile>
#include <QJsonArray>
#include <QMessageAuthenticationCode>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover::test;

namespace {

const QString bin = QStringLiteral(DROVER_BIN_DIR "/");
const QByteArray foreignKey = QByteArray("nobody's key, 32 bytes in length").toBase64();

/// Every 200th meter: a disabled enrollment of its own, and in between one with the keys of somebody else.
QStringList metersFrom(int first)
{
    QStringList ids;
    for (int number = first; number <= 2000; number += 400)
        ids.append(u"meter-%1"_s.arg(number, 4, 10, QLatin1Char('0')));
    return ids;
}

QByteArray keyOf(const QByteArray &groupKey, const QString &device)
{
    return QMessageAuthenticationCode::hash(device.toUtf8(), QByteArray::fromBase64(groupKey), QCryptographicHash::Sha256).toBase64();
}

} // namespace

/// A fleet where a group's devices are offline, deaf or shut out, and where somebody else edits an enrollment meanwhile: each
/// device ends in a state that is true, with the reason, and all counts are those of the simulated Azure.
class TestHonestEnds final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<Azure> m_azure;
    std::unique_ptr<CommandLine> m_drover;
    QString m_plan;
    QJsonObject m_report;

    QString host(const QString &stamp) const { return u"drover-honest-%1.azure-devices.net"_s.arg(stamp); }

    QStringList withFleet(const QStringList &arguments) const
    {
        return arguments + QStringList{u"--endpoints"_s, m_azure->endpoints(), u"--journal"_s, m_drover->file(u"journal.sqlite"_s)};
    }

    void makePlan()
    {
        m_plan = m_drover->file(u"move.plan"_s);
        const Outcome planned = m_drover->run({u"plan"_s, u"--set"_s, u"group:meters"_s, u"--to"_s, u"beta"_s, u"--set"_s,
            u"where:STARTSWITH(deviceId,'valve-')"_s, u"--to"_s, u"gamma"_s, u"--gate"_s, u"90"_s, u"-o"_s, m_plan});
        QVERIFY2(planned.code == 0, qPrintable(planned.err));
    }

    /// A valve of the last wave that has valves.
    QString lateValve() const
    {
        QFile file(m_plan);
        if (!file.open(QIODevice::ReadOnly))
            return {};
        QString valve;
        double last = -1;
        for (const QJsonValue each : QJsonDocument::fromJson(file.readAll()).object().value(u"devices"_s).toArray()) {
            const QString id = each.toArray()[0].toString();
            const double wave = each.toArray().last().toDouble();
            if (id.startsWith(u"valve-"_s) && wave > last) {
                valve = id;
                last = wave;
            }
        }
        return valve;
    }

    void shutOut(const QStringList &meters, const QByteArray &groupKey, const QString &status)
    {
        for (const QString &meter : meters) {
            const QByteArray key = groupKey.isEmpty() ? foreignKey : keyOf(groupKey, meter);
            const QJsonObject keys{{u"primaryKey"_s, QString::fromLatin1(key)}, {u"secondaryKey"_s, QString::fromLatin1(key)}};
            const QJsonObject made = m_azure->askDps("PUT", u"/enrollments/"_s + meter,
                {{u"registrationId"_s, meter}, {u"attestation"_s, QJsonObject{{u"type"_s, u"symmetricKey"_s}, {u"symmetricKey"_s, keys}}},
                    {u"allocationPolicy"_s, u"static"_s}, {u"iotHubs"_s, QJsonArray{host(u"alpha"_s)}}, {u"provisioningStatus"_s, status}});
            QVERIFY2(made.contains(u"etag"_s), QJsonDocument(made).toJson().constData());
        }
    }

    void editElsewhere(const QString &valve)
    {
        QJsonObject record = m_azure->askDps("GET", u"/enrollments/"_s + valve);
        record.remove(u"registrationState"_s);
        record.insert(u"initialTwin"_s, QJsonObject{{u"tags"_s, QJsonObject{{u"by"_s, u"somebody else"_s}}}});
        const QJsonObject written = m_azure->askDps("PUT", u"/enrollments/"_s + valve, record, record.value(u"etag"_s).toString().toUtf8());
        QVERIFY2(written.contains(u"etag"_s), QJsonDocument(written).toJson().constData());
    }

    QList<QJsonObject> rows(const QString &state, const QString &reason = {}) const
    {
        QList<QJsonObject> all;
        for (const QJsonValue each : m_report.value(u"each"_s).toArray()) {
            const QJsonObject row = each.toObject();
            if (row.value(u"state"_s) == state && row.value(u"reason"_s).toString().startsWith(reason))
                all.append(row);
        }
        return all;
    }

    QStringList idsOf(const QString &state, const QString &reason) const
    {
        QStringList ids;
        for (const QJsonObject &row : rows(state, reason))
            ids.append(row.value(u"registrationId"_s).toString());
        ids.sort();
        return ids;
    }

    QJsonObject truthOf(const QString &device) const { return m_azure->control("GET", u"/_sim/devices/"_s + device); }

    /// What the report says of who did not arrive is what the device itself would say.
    void verifyReasons()
    {
        const QString away = u"It was offline and did not come"_s;
        const QString deaf = u"It did not register again within 30 min (Reprovision answered 501)"_s;
        for (const QJsonObject &row : rows(u"failed"_s)) {
            const QJsonObject truth = truthOf(row.value(u"deviceId"_s).toString());
            const QString reason = row.value(u"reason"_s).toString();
            const QByteArray both = reason.toUtf8() + ' ' + QJsonDocument(truth).toJson(QJsonDocument::Compact);
            QVERIFY2(truth.value(u"powered"_s).toBool() == !reason.startsWith(away), both.constData());
            QVERIFY2((truth.value(u"deaf"_s).toBool() && truth.value(u"powered"_s).toBool()) == (reason == deaf), both.constData());
            const QJsonArray identities = truth.value(u"identities"_s).toArray();
            QVERIFY2(identities.size() == 1 && identities[0].toObject().value(u"stamp"_s) == u"alpha"_s, both.constData());
        }
        QCOMPARE(idsOf(u"failed"_s, u"Its enrollment is disabled"_s), metersFrom(57));
        QCOMPARE(idsOf(u"failed"_s, u"It left to register again and did not"_s), metersFrom(257));
    }

    void verifyCounts(const QString &valve)
    {
        const QJsonObject states = m_report.value(u"states"_s).toObject();
        const qsizetype failed = rows(u"failed"_s).size();
        QCOMPARE(states.value(u"verified"_s).toInt() + failed + 1, 2040);
        QCOMPARE(states.value(u"failed"_s).toInt(), failed);
        QCOMPARE(idsOf(u"skipped"_s, u"left out by a person"_s), QStringList{valve});
        const QJsonObject truth = m_azure->truth();
        QCOMPARE(truth.value(u"placement"_s).toObject(), (QJsonObject{{u"one"_s, 2040}, {u"two"_s, 0}, {u"none"_s, 0}}));
        QCOMPARE(m_azure->identitiesOn(u"gamma"_s), 39);
        QCOMPARE(m_azure->identitiesOn(u"beta"_s), 2000 - failed);
        QCOMPARE(m_azure->identitiesOn(u"alpha"_s), failed + 1);
        QCOMPARE(truth.value(u"hubs"_s).toObject().value(host(u"beta"_s)).toObject().value(u"connected"_s).toInt(), 2000 - failed);
    }

    /// The table tells the same as the object.
    void verifyTable(const QString &run)
    {
        const QString name = m_drover->file(u"each.csv"_s);
        QCOMPARE(m_drover->run({u"report"_s, run, u"--csv"_s, name}).code, 0);
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().split('\n');
        const QJsonArray each = m_report.value(u"each"_s).toArray();
        QCOMPARE(lines.size(), each.size() + 2);
        for (qsizetype i = 0; i < each.size(); ++i) {
            const QJsonObject row = each[i].toObject();
            const QString end = u",\"%1\",\"%2\"\r"_s.arg(row.value(u"state"_s).toString(), row.value(u"reason"_s).toString());
            QVERIFY2(lines[i + 1].startsWith('"' + row.value(u"registrationId"_s).toString().toUtf8() + '"'), lines[i + 1].constData());
            QVERIFY2(lines[i + 1].endsWith(end.toUtf8()), lines[i + 1].constData());
        }
    }

private Q_SLOTS:
    void everyDeviceEndsInAStateThatIsTrue()
    {
        m_azure = std::make_unique<Azure>(120, QStringLiteral(DROVER_SOURCE_DIR "/tests/fault/scenarios/honest.json"));
        QVERIFY(m_azure->isUp());
        m_drover = std::make_unique<CommandLine>(m_azure->endpoints());
        makePlan();
        const QJsonObject group = m_azure->askDps("POST", u"/enrollmentGroups/meters/attestationmechanism"_s);
        shutOut(metersFrom(57), group.value(u"symmetricKey"_s).toObject().value(u"primaryKey"_s).toString().toUtf8(), u"disabled"_s);
        shutOut(metersFrom(257), {}, u"enabled"_s);

        Background first(bin + u"droverctl"_s, withFleet({u"run"_s, m_plan, u"--yes"_s}));
        const QString run = first.run();
        QVERIFY2(!run.isEmpty(), qPrintable(first.said()));
        first.interrupt();
        QCOMPARE(first.exitCode(), 5);
        const QString valve = lateValve();
        editElsewhere(valve);

        const Outcome second = m_drover->run({u"resume"_s, run});
        QCOMPARE(second.code, 5);
        QVERIFY2(second.out.contains(valve) && second.out.contains(u"changed"_s), qPrintable(second.out));
        const Outcome left = m_drover->run({u"skip"_s, run, valve});
        QVERIFY2(left.code == 0, qPrintable(left.err));
        const Outcome third = m_drover->run({u"resume"_s, run});
        QVERIFY2(third.code == 4, qPrintable(third.out + third.err));

        m_report = QJsonDocument::fromJson(m_drover->run({u"report"_s, run, u"--json"_s}).out.toUtf8()).object();
        QCOMPARE(m_report.value(u"phase"_s).toString(), u"Finished"_s);
        verifyCounts(valve);
        verifyReasons();
        verifyTable(run);
        const QJsonObject kept = m_azure->askDps("GET", u"/enrollments/"_s + valve);
        QVERIFY2(kept.contains(u"initialTwin"_s) && kept.value(u"iotHubs"_s).toArray() == QJsonArray{host(u"alpha"_s)}, "what somebody else wrote stays");
    }

    void cleanupTestCase()
    {
        m_drover.reset();
        m_azure.reset();
    }
};

DROVER_TEST(TestHonestEnds)
#include "tst_honest_ends.moc"
