#include "app/engine/profile.h"

#include "tests/support/testmain.h"

#include <QCoroTask>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

namespace {

const QStringList strings{
    u"HostName=x-dps.azure-devices-provisioning.net;SharedAccessKeyName=owner;SharedAccessKey=c2VjcmV0LWRwcy1rZXk="_s,
    u"HostName=x-a.azure-devices.net;SharedAccessKeyName=owner;SharedAccessKey=c2VjcmV0LWh1Yi1rZXk="_s};

} // namespace

class TestProfiles final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsStringsInTheKeychainAndNoneOnFile()
    {
        const QTemporaryDir folder;
        const engine::Profiles profiles(folder.path());
        const auto secrets = backend::memoryStore();
        QVERIFY(QCoro::waitFor(profiles.keep(u"x"_s, strings, *secrets)));
        QFile file(folder.filePath(u"profiles.json"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("c2VjcmV0"));
        const Result<backend::Connection> connection = QCoro::waitFor(profiles.connect(u"x"_s, *secrets));
        QVERIFY(connection);
        QCOMPARE(connection->name, u"x"_s);
        QCOMPARE(connection->hubs.size(), size_t(1));
    }

    void keepsTheJournalOfATeamUntilItIsToldAnother()
    {
        const QTemporaryDir folder;
        const engine::Profiles profiles(folder.path());
        QVERIFY(profiles.save({u"contoso"_s, u"/a.json"_s, u"postgres://mia@there/drover"_s}));
        QVERIFY(profiles.save({u"fabrikam"_s, u"/b.json"_s}));
        QVERIFY(profiles.save({u"contoso"_s, u"/c.json"_s}));
        QCOMPARE(profiles.named(u"contoso"_s)->endpoints, u"/c.json"_s);
        QCOMPARE(profiles.named(u"contoso"_s)->journal, u"postgres://mia@there/drover"_s);
        QCOMPARE(profiles.named(u"fabrikam"_s)->journal, QString());
        QVERIFY(profiles.save({u"contoso"_s, u"/c.json"_s, u"postgres://mia@elsewhere/drover"_s}));
        QCOMPARE(profiles.named(u"contoso"_s)->journal, u"postgres://mia@elsewhere/drover"_s);
    }

    void refusesToKeepAJournalWhoseUrlHoldsAPassword()
    {
        const QTemporaryDir folder;
        const engine::Profiles profiles(folder.path());
        for (const QString &journal : {u"postgres://mia:secret@there/drover"_s, u"postgres://there/drover?password=secret"_s}) {
            const Result<void> saved = profiles.save({u"contoso"_s, u"/a.json"_s, journal});
            QVERIFY(!saved);
            QCOMPARE(saved.error().kind, ErrorKind::Usage);
            QVERIFY(!(saved.error().what + saved.error().remedy).contains(u"secret"_s));
        }
        QVERIFY(!QFile::exists(folder.filePath(u"profiles.json"_s)));
    }

    void namesTheProfilesThereAreWhenOneIsNot()
    {
        const QTemporaryDir folder;
        const engine::Profiles profiles(folder.path());
        QVERIFY(profiles.save({u"contoso"_s, u"/nowhere/endpoints.json"_s}));
        const Result<engine::Profile> missing = profiles.named(u"fabrikam"_s);
        QVERIFY(!missing);
        QCOMPARE(missing.error().kind, ErrorKind::Usage);
        QVERIFY(missing.error().remedy.contains(u"contoso"_s));
    }

    void refusesAFileThatHoldsNoProfiles()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath(u"profiles.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("not json");
        file.close();
        QCOMPARE(engine::Profiles(folder.path()).all().error().kind, ErrorKind::Malformed);
    }
};

DROVER_TEST(TestProfiles)
#include "tst_profiles.moc"
